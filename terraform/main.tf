data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_secretsmanager_secret" "totesys" {
  name = var.totesys_secret_name
}

data "aws_secretsmanager_secret" "warehouse" {
  name = var.warehouse_secret_name
}

locals {
  name       = "totesys-${var.environment}"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  # What the ARNs of this deployment begin with, behind the service: policies name resources by their names, since a
  # reference to a resource would plan every policy anew whenever that resource changes.
  here = "${var.aws_region}:${local.account_id}"

  tags = {
    Project     = "totesys-etl"
    Environment = var.environment
    Deployment  = local.name
    ManagedBy   = "terraform"
  }

  protect_data = var.protect_data == null ? can(regex("(^|-)(prod|live)", var.environment)) : var.protect_data
}
