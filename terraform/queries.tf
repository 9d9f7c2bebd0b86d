# The queries of docs/runbook.md, ready in Logs Insights under the name of the deployment.

locals {
  function_log_groups = [for stage in local.stages : aws_cloudwatch_log_group.function[stage].name]

  queries = {
    errors           = local.function_log_groups
    executions       = [aws_cloudwatch_log_group.state_machine.name]
    durations        = local.function_log_groups
    held-back        = [aws_cloudwatch_log_group.function["extract"].name]
    source-replaced  = [aws_cloudwatch_log_group.function["extract"].name]
    rows             = local.function_log_groups
    audits           = [aws_cloudwatch_log_group.function["load"].name]
    inferred-members = [aws_cloudwatch_log_group.function["load"].name]
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = local.queries

  name            = "${local.name}/${each.key}"
  log_group_names = each.value
  query_string    = trimspace(file("${path.module}/queries/${each.key}.query"))
}
