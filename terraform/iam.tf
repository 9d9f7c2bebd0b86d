# Five roles, each with the actions that its code calls on the things it calls them on. Where a resource is "*", AWS
# knows nothing narrower for that action; tests/deployment.tftest.hcl lists these.

locals {
  assume_role_services = {
    function      = "lambda.amazonaws.com"
    state_machine = "states.amazonaws.com"
    scheduler     = "scheduler.amazonaws.com"
  }

  # What a function does to objects, by bucket and prefix. HEAD is s3:GetObject; ending a multipart upload s3:PutObject.
  object_access = {
    extract = [
      { bucket = "ingestion", actions = ["s3:GetObject", "s3:PutObject"], prefixes = ["runs"] },
      { bucket = "ingestion", actions = ["s3:PutObject", "s3:AbortMultipartUpload"], prefixes = ["data"] },
      { bucket = "processed", actions = ["s3:GetObject"], prefixes = ["runs"] },
    ]
    transform = [
      { bucket = "ingestion", actions = ["s3:GetObject"], prefixes = ["runs", "data"] },
      { bucket = "processed", actions = ["s3:GetObject"], prefixes = ["runs"] },
      { bucket = "processed", actions = ["s3:GetObject", "s3:PutObject"], prefixes = ["data", "quarantine"] },
    ]
    load = [
      { bucket = "ingestion", actions = ["s3:GetObject"], prefixes = ["runs"] },
      { bucket = "processed", actions = ["s3:GetObject"], prefixes = ["data"] },
      { bucket = "processed", actions = ["s3:GetObject", "s3:PutObject"], prefixes = ["runs"] },
    ]
  }

  secrets = {
    extract = data.aws_secretsmanager_secret.totesys
    load    = data.aws_secretsmanager_secret.warehouse
  }
  # Only secrets under a customer managed key need a permission for it.
  secret_keys = {
    for stage, secret in local.secrets : stage => secret.kms_key_id
    if secret.kms_key_id != null && secret.kms_key_id != "" && !endswith(coalesce(secret.kms_key_id, "-"), "alias/aws/secretsmanager")
  }
}

data "aws_kms_key" "secret" {
  for_each = local.secret_keys

  key_id = each.value
}

data "aws_iam_policy_document" "assume_role" {
  for_each = local.assume_role_services

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }

    # Nobody else's state machine or schedule may borrow the role. (Lambda has no such condition for execution roles.)
    dynamic "condition" {
      for_each = each.key == "function" ? [] : [local.account_id]

      content {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [condition.value]
      }
    }
  }
}

# Functions

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = local.function_names[each.key]
  description        = "What the ${each.key} function of ${local.name} may do"
  assume_role_policy = data.aws_iam_policy_document.assume_role["function"].json
}

resource "aws_iam_role_policy" "function" {
  for_each = aws_iam_role.function

  name   = "pipeline"
  role   = each.value.id
  policy = data.aws_iam_policy_document.function[each.key].json
}

data "aws_iam_policy_document" "function" {
  for_each = local.functions

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${local.partition}:logs:${local.here}:log-group:/aws/lambda/${local.function_names[each.key]}:*"]
  }

  # Without it S3 answers 403 instead of 404 for a manifest that does not exist yet, and the end of the log is found by
  # asking for those.
  statement {
    sid       = "TellMissingFromForbidden"
    actions   = ["s3:ListBucket"]
    resources = values(local.bucket_arns)
  }

  dynamic "statement" {
    for_each = local.object_access[each.key]

    content {
      actions   = statement.value.actions
      resources = [for prefix in statement.value.prefixes : "${local.bucket_arns[statement.value.bucket]}/${prefix}/*"]
    }
  }

  dynamic "statement" {
    for_each = contains(keys(local.secrets), each.key) ? [local.secrets[each.key]] : []

    content {
      sid       = "ReadDatabaseSecret"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value.arn]
    }
  }

  dynamic "statement" {
    for_each = contains(keys(local.secret_keys), each.key) ? [data.aws_kms_key.secret[each.key]] : []

    content {
      sid       = "DecryptDatabaseSecret"
      actions   = ["kms:Decrypt"]
      resources = [statement.value.arn]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${var.aws_region}.amazonaws.com"]
      }
    }
  }

  # Decrypting is also what S3 does with the parts of a multipart upload, and Lambda with environment variables.
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "UseDeploymentKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
  dynamic "statement" {
    for_each = length(var.vpc_subnet_ids) == 0 ? [] : [true]

    content {
      sid       = "DescribeNetwork"
      actions   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(var.vpc_subnet_ids) == 0 ? [] : [true]

    content {
      sid = "ManageNetworkInterfaces"
      actions = [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["arn:${local.partition}:ec2:${local.here}:*/*"]
    }
  }

  # Lambda itself needs those; the code that runs in the function does not.
  dynamic "statement" {
    for_each = length(var.vpc_subnet_ids) == 0 ? [] : [true]

    content {
      sid       = "DenyNetworkToTheCode"
      effect    = "Deny"
      actions   = ["ec2:*"]
      resources = ["*"]

      condition {
        test     = "ArnEquals"
        variable = "lambda:SourceFunctionArn"
        values   = [local.function_arns[each.key]]
      }
    }
  }
}

# State machine

resource "aws_iam_role" "state_machine" {
  name               = "${local.name}-state-machine"
  description        = "What the state machine of ${local.name} may do"
  assume_role_policy = data.aws_iam_policy_document.assume_role["state_machine"].json
}

resource "aws_iam_role_policy" "state_machine" {
  name   = "pipeline"
  role   = aws_iam_role.state_machine.id
  policy = data.aws_iam_policy_document.state_machine.json
}

data "aws_iam_policy_document" "state_machine" {
  statement {
    sid       = "InvokeFunctions"
    actions   = ["lambda:InvokeFunction"]
    resources = [for arn in values(local.function_arns) : "${arn}:${local.alias}"]
  }

  # A distributed map runs its items as executions of the state machine itself.
  statement {
    sid       = "RunDistributedMap"
    actions   = ["states:StartExecution", "states:ListExecutions"]
    resources = [local.state_machine_arn]
  }

  statement {
    sid     = "WatchDistributedMap"
    actions = ["states:DescribeExecution", "states:StopExecution"]
    resources = [
      "arn:${local.partition}:states:${local.here}:execution:${local.name}:*",
      "arn:${local.partition}:states:${local.here}:execution:${local.name}/*",
    ]
  }

  # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: CloudWatch Logs knows no resources for these.
  statement {
    sid = "DeliverLogs"
    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "UseDeploymentKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

# Schedule

resource "aws_iam_role" "scheduler" {
  name               = "${local.name}-scheduler"
  description        = "What the schedule of ${local.name} may do"
  assume_role_policy = data.aws_iam_policy_document.assume_role["scheduler"].json
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "pipeline"
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    sid       = "StartTick"
    actions   = ["states:StartExecution"]
    resources = [local.state_machine_arn]
  }

  statement {
    sid       = "KeepUndeliveredTick"
    actions   = ["sqs:SendMessage"]
    resources = [local.undelivered_arn]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "UseDeploymentKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}
