# Functions in a VPC reach S3 and Secrets Manager through endpoints, unless the VPC has its own way there.

locals {
  endpoint_subnets = var.create_vpc_endpoints ? toset(var.vpc_subnet_ids) : toset([])
  has_endpoints    = length(local.endpoint_subnets) > 0
  vpc_id           = one(distinct([for subnet in data.aws_subnet.function : subnet.vpc_id]))
  # An interface endpoint takes one subnet of a zone.
  endpoint_zones = { for zone, ids in { for id, subnet in data.aws_subnet.function : subnet.availability_zone => id... } : zone => ids[0] }
  # A subnet without a route table of its own uses the VPC's main one.
  subnet_route_tables = { for id, tables in data.aws_route_tables.subnet : id => tables.ids }
  route_table_ids = distinct(flatten([
    for id, tables in local.subnet_route_tables : length(tables) > 0 ? tables : data.aws_route_tables.main[0].ids
  ]))
}

data "aws_subnet" "function" {
  for_each = local.endpoint_subnets

  id = each.value
}

data "aws_route_tables" "subnet" {
  for_each = local.endpoint_subnets

  filter {
    name   = "association.subnet-id"
    values = [each.value]
  }
}

data "aws_route_tables" "main" {
  count = local.has_endpoints ? 1 : 0

  vpc_id = local.vpc_id

  filter {
    name   = "association.main"
    values = ["true"]
  }
}

resource "aws_vpc_endpoint" "s3" {
  count = local.has_endpoints ? 1 : 0

  vpc_id            = local.vpc_id
  service_name      = "com.amazonaws.${var.aws_region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.route_table_ids

  tags = { Name = "${local.name}-s3" }
}

resource "aws_vpc_endpoint" "secrets_manager" {
  count = local.has_endpoints ? 1 : 0

  vpc_id              = local.vpc_id
  service_name        = "com.amazonaws.${var.aws_region}.secretsmanager"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = values(local.endpoint_zones)
  security_group_ids  = [aws_security_group.endpoint[0].id]
  private_dns_enabled = true

  tags = { Name = "${local.name}-secrets-manager" }
}

resource "aws_security_group" "endpoint" {
  count = local.has_endpoints ? 1 : 0

  name        = "${local.name}-secrets-manager"
  description = "Lets the functions of ${local.name} reach Secrets Manager"
  vpc_id      = local.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  for_each = local.has_endpoints ? toset(var.vpc_security_group_ids) : toset([])

  security_group_id            = aws_security_group.endpoint[0].id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
