locals {
  # What each function needs to know; docs/configuration.md says what it means.
  functions = {
    extract = {
      description = "Brings changed rows of Totesys into the ingestion bucket as CSV"
      handler     = "com.terrifictotes.etl.extract.ExtractHandler"
      environment = {
        TOTESYS_SECRET     = data.aws_secretsmanager_secret.totesys.arn
        CHANGE_DETECTION   = var.change_detection
        LOOKBACK           = var.lookback
        RUN_MAX_ROWS       = tostring(var.run_limits.max_rows)
        RUN_MAX_BYTES      = tostring(var.run_limits.max_bytes)
        RUN_MAX_TIME       = var.run_limits.max_time
        SOURCE_CONNECTIONS = tostring(var.run_limits.source_connections)
      }
    }
    transform = {
      description = "Makes star-schema Parquet of the CSV of a run"
      handler     = "com.terrifictotes.etl.transform.TransformHandler"
      environment = {}
    }
    load = {
      description = "Brings runs into the warehouse, in order, each exactly once"
      handler     = "com.terrifictotes.etl.load.LoadHandler"
      environment = {
        WAREHOUSE_SECRET = data.aws_secretsmanager_secret.warehouse.arn
        WAREHOUSE_SCHEMA = var.warehouse_schema

        MASS_DELETION_PERCENT = tostring(var.mass_deletion_percent)
      }
    }
  }

  function_names = { for stage, function in local.functions : stage => "${local.name}-${stage}" }
  function_arns  = { for stage, name in local.function_names : stage => "arn:${local.partition}:lambda:${local.here}:function:${name}" }
  function_jars  = { for stage, function in local.functions : stage => "${var.lambda_artifacts_dir}/${stage}-lambda/target/${stage}-lambda.jar" }
  alias          = "live"
  # One for each environment, so that none raises another's alarms.
  metric_namespace = "Totesys/${var.environment}"
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name = local.function_names[each.key]
  description   = each.value.description
  role          = aws_iam_role.function[each.key].arn

  filename         = local.function_jars[each.key]
  source_code_hash = filebase64sha256(local.function_jars[each.key])
  handler          = each.value.handler
  runtime          = var.runtime
  architectures    = [var.architecture]
  memory_size      = var.functions[each.key].memory_mb
  timeout          = var.functions[each.key].timeout_seconds
  kms_key_arn      = var.kms_key_arn

  # SnapStart restores a published version from a snapshot of its initialized JVM; the alias points to the newest one.
  publish = true

  reserved_concurrent_executions = var.reserve_concurrency && contains(["extract", "load"], each.key) ? 1 : -1

  snap_start {
    apply_on = "PublishedVersions"
  }

  environment {
    variables = merge(
      {
        INGESTION_BUCKET = local.buckets.ingestion
        PROCESSED_BUCKET = local.buckets.processed
        METRIC_NAMESPACE = local.metric_namespace
      },
      each.value.environment,
    )
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  dynamic "vpc_config" {
    for_each = length(var.vpc_subnet_ids) == 0 ? [] : [true]

    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }

  # Lambda looks at the role's permissions when it makes a function in a VPC.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_alias" "live" {
  for_each = aws_lambda_function.this

  name             = local.alias
  description      = "The version that the state machine invokes"
  function_name    = each.value.function_name
  function_version = each.value.version
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.function_names

  name              = "/aws/lambda/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
