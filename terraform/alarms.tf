# Every alarm says in plain words what it means and what to look at first; docs/runbook.md has a section for each.
#
# Those that are symptoms of the same incident, that nothing gets through, only raise the composite alarm "pipeline", which
# writes one mail when the first of them comes and one when the last is over. What retries still put right raises "unsteady",
# which is silent while "pipeline" is red: inside that one, a warning that stays for days would swallow an outage. The rest
# writes by itself.

locals {
  stages = keys(local.functions)

  # What the code reports: EmbeddedMetrics, with the dimension Stage.
  reported = { for stage in local.stages : stage => {
    namespace  = local.metric_namespace
    dimensions = { Stage = stage }
  } }
  executions = {
    namespace  = "AWS/States"
    dimensions = { StateMachineArn = local.state_machine_arn }
  }

  # The defaults of what follows: once between two ticks, and no data is good news.
  alarm_defaults = {
    group     = "pipeline"
    statistic = "Sum"
    period    = local.tick_minutes * 60
    periods   = 1
    breaching = 1
    threshold = 1
    at_least  = true
    missing   = "notBreaching"
    filled    = false
  }

  # Silence is that nothing is reported. CloudWatch looks further back than it is told as long as it finds something there,
  # and would ring ten minutes late; with zeros in the place of what is missing it cannot.
  silence = {
    metric    = "Heartbeat"
    period    = 300
    periods   = var.silence_minutes / 5
    breaching = var.silence_minutes / 5
    at_least  = false
    missing   = "breaching"
    filled    = true
  }

  pipeline_alarms = {
    executions-failed = merge(local.executions, {
      metric  = "ExecutionsFailed"
      periods = 3
      means   = "A tick failed although what can be tried again was tried again. Nothing is lost: the next tick goes on where this one stopped."
      look    = "Error and cause of the failed execution of state machine ${local.name}."
      anchor  = "executions-failed"
    })
    executions-timed-out = merge(local.executions, {
      metric = "ExecutionsTimedOut"
      means  = "A tick was ended after twelve hours, which only happens if something hangs."
      look   = "The last event of the execution that timed out."
      anchor = "executions-timed-out"
    })
    executions-throttled = merge(local.executions, {
      metric    = "ExecutionThrottled"
      group     = "unsteady"
      periods   = 4
      breaching = 3
      filled    = true
      means     = "Step Functions slows ticks down, because the account is at its quota of state transitions."
      look      = "Service Quotas, Step Functions: who in the account starts so many executions?"
      anchor    = "executions-throttled"
    })
    extract-silent = merge(local.reported.extract, local.silence, {
      means  = "Totesys has not been read successfully for ${var.silence_minutes} minutes."
      look   = "Were there executions of ${local.name} at all (schedule disabled, undelivered)? If so, the error of the last one."
      anchor = "silence"
    })
    load-silent = merge(local.reported.load, local.silence, {
      means  = "For ${var.silence_minutes} minutes no tick has ended with everything in the warehouse."
      look   = "Were there executions of ${local.name} at all (schedule disabled, undelivered)? If so, the error of the last one."
      anchor = "silence"
    })
    freshness = merge(local.reported.extract, {
      metric    = "Freshness"
      statistic = "Maximum"
      threshold = var.silence_minutes * 60
      means     = "Totesys has changed, and what was read of it ${var.silence_minutes} minutes ago or earlier is still not in the warehouse: analysts see old figures."
      look      = "The load step of the last execution of ${local.name}: its error, or what it waits for."
      anchor    = "freshness"
    })
    runs-pending = merge(local.reported.extract, {
      metric    = "RunsPending"
      statistic = "Maximum"
      periods   = 2
      breaching = 2
      threshold = 4
      means     = "Runs are extracted faster than they get into the warehouse: four or more are waiting."
      look      = "The load step of the last executions of ${local.name}: does it fail, or is it slow?"
      anchor    = "runs-pending"
    })
    schedule-undelivered = {
      namespace  = "AWS/SQS"
      dimensions = { QueueName = local.undelivered }
      metric     = "ApproximateNumberOfMessagesVisible"
      statistic  = "Maximum"
      threshold  = 2
      means      = "EventBridge Scheduler could not start ticks, two or more one after the other."
      look       = "Attributes ERROR_CODE and ERROR_MESSAGE of the messages in queue ${local.undelivered}."
      anchor     = "schedule-undelivered"
    }
  }

  # One failure that a retry put right is nobody's business at night; failures that go on are. The tries of one tick may fall
  # into two periods, and without zeros CloudWatch would take an older failure for the third. The fourth period is for the
  # newest one, which is zero until its figures arrive.
  function_alarms = merge([for stage in local.stages : {
    "${stage}-errors" = {
      group      = "unsteady"
      namespace  = "AWS/Lambda"
      dimensions = { FunctionName = local.function_names[stage] }
      metric     = "Errors"
      periods    = 4
      breaching  = 3
      filled     = true
      means      = "The ${stage} function keeps failing, even if retries help for now."
      look       = "Logs Insights query \"${local.name}/errors\"."
      anchor     = "function-errors"
    }
    "${stage}-throttles" = {
      group      = "unsteady"
      namespace  = "AWS/Lambda"
      dimensions = { FunctionName = local.function_names[stage] }
      metric     = "Throttles"
      periods    = 4
      breaching  = 3
      filled     = true
      means      = "Lambda keeps refusing to start the ${stage} function: it, or the account, is at its limit of invocations at a time."
      look       = "Who else runs ${local.function_names[stage]}, and the account's concurrency in the Lambda console."
      anchor     = "function-throttles"
    }
    "${stage}-duration" = {
      group      = "direct"
      namespace  = "AWS/Lambda"
      dimensions = { FunctionName = local.function_names[stage] }
      metric     = "Duration"
      statistic  = "Maximum"
      threshold  = 0.9 * var.functions[stage].timeout_seconds * 1000
      means      = "The ${stage} function took more than nine tenths of its time-out of ${var.functions[stage].timeout_seconds} seconds. Nothing is broken yet."
      look       = "Logs Insights query \"${local.name}/durations\": a slow database, or more data than usual?"
      anchor     = "function-duration"
    }
  }]...)

  # An audit reports in any case, be it zero, so a state lasts until the next one does.
  audit = merge(local.reported.load, {
    group     = "direct"
    statistic = "Maximum"
    period    = 3600
    missing   = "ignore"
  })

  # Several ticks, and as long as it takes until an audit has come.
  tick_hours        = ceil(local.tick_minutes / 60)
  audit_age_periods = max(3, ceil((local.audit_hours + 2) / local.tick_hours))

  audit_alarms = { for key, alarm in {
    audit-differences = merge(local.audit, {
      metric = "AuditDifferences"
      means  = "The warehouse was not what the runs had said: rows were missing, or other than in Totesys. They are put right, as far as reading Totesys again does it."
      look   = "Logs Insights query \"${local.name}/audits\": which tables and keys, and whether they equal Totesys now. Did somebody write to the warehouse?"
      anchor = "audit-differences"
    })
    deletes-held-back = merge(local.audit, {
      metric = "DeletesHeldBack"
      means  = "More than ${var.mass_deletion_percent} % of a table's rows are gone from Totesys. That is not believed: they stay in the warehouse until a person decides."
      look   = "In the warehouse: SELECT * FROM audit_status WHERE rows_held_back > 0. Was it on purpose?"
      anchor = "deletes-held-back"
    })
    # By the clock of Totesys, and from ticks that leave nothing pending: an outage is not told twice. After one, the next audit
    # comes within these hours.
    audit-silent = merge(local.audit, {
      metric    = "AuditAge"
      statistic = "Minimum"
      period    = 3600 * local.tick_hours
      periods   = local.audit_age_periods
      breaching = local.audit_age_periods
      threshold = (local.audit_hours + 1) * 3600
      means     = "Rows flow, but for more than ${local.audit_hours + 1} hours no audit has come to an end for some tables of the warehouse, or all: what is deleted in Totesys is not seen."
      look      = "In the warehouse: SELECT * FROM audit_status ORDER BY verified_through. If all are old, the last execution of ${local.name} that began with {\"mode\": \"audit\"}: did it fail? Was there one at all?"
      anchor    = "audit-silent"
    })
  } : key => alarm if var.audit_schedule_expression != null }

  data_alarms = {
    tables-held-back = merge(local.reported.extract, {
      group     = "direct"
      metric    = "TablesHeldBack"
      periods   = 3
      breaching = 2
      means     = "Tables of Totesys cannot be read: their schema broke the contract, a privilege is missing, or they are locked. The others go on; nothing is lost."
      look      = "Logs Insights query \"${local.name}/held-back\": which tables, and why."
      anchor    = "tables-held-back"
    })
    source-replaced = merge(local.reported.extract, {
      group  = "direct"
      metric = "SourceReplaced"
      means  = "Totesys is not the database that was read before (restored from a backup, replaced or failed over): it is read in full again, and facts gain only versions that differ."
      look   = "Logs Insights query \"${local.name}/source-replaced\": what was found. Did somebody restore Totesys on purpose?"
      anchor = "source-replaced"
    })
    rows-quarantined = merge(local.reported.load, {
      group  = "data"
      metric = "RowsQuarantined"
      means  = "Rows of Totesys cannot be represented in the star schema and were set aside. Everything else is loaded."
      look   = "bin/totesys quarantine list --processed-bucket ${local.buckets.processed}"
      anchor = "rows-quarantined"
    })
    inferred-members = merge(local.reported.load, {
      group  = "data"
      metric = "InferredMembers"
      means  = "Facts refer to dimension rows that have not arrived; rows with (unknown) attributes stand in for them."
      look   = "Was a row of that dimension quarantined, or its table held back? Logs Insights query \"${local.name}/inferred-members\"."
      anchor = "inferred-members"
    })
  }

  alarms = { for key, alarm in merge(local.pipeline_alarms, local.function_alarms, local.audit_alarms, local.data_alarms) :
  key => merge(local.alarm_defaults, alarm) }

  composite_alarms = {
    pipeline = {
      means  = "The pipeline does not get through: data in the warehouse is, or is getting, old. This mail stands for all symptoms of it, and a second one says when all are over."
      look   = "Which of these alarms are red, and the last execution of state machine ${local.name}."
      anchor = "pipeline"
    }
    unsteady = {
      means  = "Something fails again and again, and is put right by trying again so far. Data in the warehouse is fresh."
      look   = "Which of these alarms are red; then Logs Insights query \"${local.name}/errors\"."
      anchor = "unsteady"
    }
    data = {
      means  = "Some rows of Totesys did not get into the warehouse as they are. All others did."
      look   = "Which of these alarms are red; then bin/totesys quarantine list --processed-bucket ${local.buckets.processed}"
      anchor = "data"
    }
  }

  any_of = { for group in keys(local.composite_alarms) : group => join(" OR ", [
    for key, alarm in local.alarms : "ALARM(\"${local.name}-${key}\")" if alarm.group == group
  ]) }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name        = "${local.name}-${each.key}"
  alarm_description = "${each.value.means} First look: ${each.value.look} Runbook: ${var.runbook_url}#${each.value.anchor}"

  namespace   = each.value.filled ? null : each.value.namespace
  metric_name = each.value.filled ? null : each.value.metric
  dimensions  = each.value.filled ? null : each.value.dimensions
  statistic   = each.value.filled ? null : each.value.statistic
  period      = each.value.filled ? null : each.value.period

  dynamic "metric_query" {
    for_each = each.value.filled ? [true] : []

    content {
      id          = "reported"
      return_data = false

      metric {
        namespace   = each.value.namespace
        metric_name = each.value.metric
        dimensions  = each.value.dimensions
        stat        = each.value.statistic
        period      = each.value.period
      }
    }
  }

  dynamic "metric_query" {
    for_each = each.value.filled ? [true] : []

    content {
      id          = "filled"
      expression  = "FILL(reported, 0)"
      label       = each.value.metric
      return_data = true
    }
  }

  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.breaching
  threshold           = each.value.threshold
  comparison_operator = each.value.at_least ? "GreaterThanOrEqualToThreshold" : "LessThanThreshold"
  treat_missing_data  = each.value.missing

  alarm_actions = each.value.group == "direct" ? [aws_sns_topic.alarms.arn] : []
  ok_actions    = each.value.group == "direct" ? [aws_sns_topic.alarms.arn] : []
}

resource "aws_cloudwatch_composite_alarm" "this" {
  for_each = { for key, alarm in local.composite_alarms : key => alarm if key != "unsteady" }

  alarm_name        = "${local.name}-${each.key}"
  alarm_description = "${each.value.means} First look: ${each.value.look} Runbook: ${var.runbook_url}#${each.value.anchor}"
  alarm_rule        = local.any_of[each.key]

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]

  depends_on = [aws_cloudwatch_metric_alarm.this]
}

resource "aws_cloudwatch_composite_alarm" "unsteady" {
  alarm_name        = "${local.name}-unsteady"
  alarm_description = "${local.composite_alarms.unsteady.means} First look: ${local.composite_alarms.unsteady.look} Runbook: ${var.runbook_url}#${local.composite_alarms.unsteady.anchor}"
  alarm_rule        = "(${local.any_of.unsteady}) AND NOT ALARM(\"${aws_cloudwatch_composite_alarm.this["pipeline"].alarm_name}\")"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]

  depends_on = [aws_cloudwatch_metric_alarm.this]
}

# The key of AWS for SNS would keep CloudWatch out, so without a customer managed one the topic is not encrypted at rest;
# alarms hold no data.
resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarm_topic.json
}

data "aws_iam_policy_document" "alarm_topic" {
  statement {
    sid       = "PublishAlarms"
    actions   = ["sns:Publish"]
    resources = ["arn:${local.partition}:sns:${local.here}:${local.name}-alarms"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  statement {
    sid       = "DenyInsecureTransport"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = ["arn:${local.partition}:sns:${local.here}:${local.name}-alarms"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.alert_emails)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}
