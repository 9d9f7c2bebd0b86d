locals {
  state_machine_arn = "arn:${local.partition}:states:${local.here}:stateMachine:${local.name}"
}

resource "aws_sfn_state_machine" "this" {
  name     = local.name
  type     = "STANDARD"
  role_arn = aws_iam_role.state_machine.arn

  definition = templatefile("${path.module}/state_machine.asl.json", merge(
    { partition = local.partition },
    { for stage, alias in aws_lambda_alias.live : "${stage}_function_arn" => alias.arn },
  ))

  # Payloads hold numbers of runs and names of tables, never rows or secrets.
  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.state_machine.arn}:*"
  }

  dynamic "encryption_configuration" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      type                              = "CUSTOMER_MANAGED_KMS_KEY"
      kms_key_id                        = encryption_configuration.value
      kms_data_key_reuse_period_seconds = 900
    }
  }

  # Step Functions tries the role's permissions when it makes a state machine that logs.
  depends_on = [aws_iam_role_policy.state_machine]
}

# Under this prefix CloudWatch's resource policy does not grow with every log group.
resource "aws_cloudwatch_log_group" "state_machine" {
  name              = "/aws/vendedlogs/states/${local.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
