locals {
  # How far ticks are apart. What a cron expression means is left to silence_minutes, which is three times as much.
  schedule_rate = try(regex("^rate\\(([0-9]+) (minute|hour|day)s?\\)$", var.schedule_expression), null)
  tick_minutes = max(5, local.schedule_rate == null ? floor(var.silence_minutes / 3) : (
    tonumber(local.schedule_rate[0]) * { minute = 1, hour = 60, day = 1440 }[local.schedule_rate[1]]
  ))

  # The same for audits; a cron expression is taken for one a day.
  audit_rate  = try(regex("^rate\\(([0-9]+) (minute|hour|day)s?\\)$", var.audit_schedule_expression), null)
  audit_hours = local.audit_rate == null ? 24 : max(1, ceil(tonumber(local.audit_rate[0]) * { minute = 1 / 60, hour = 1, day = 24 }[local.audit_rate[1]]))

  schedules = { for key, schedule in {
    tick = {
      description = "Starts one execution of the state machine; to stop the pipeline, set schedule_enabled to false"
      expression  = var.schedule_expression
      request     = {}
      window      = 0
    }
    audit = {
      description = "Starts an execution that also compares the warehouse with Totesys"
      expression  = var.audit_schedule_expression
      request     = { mode = "audit" }
      # Otherwise it would begin together with a tick, every time.
      window = 15
    }
  } : key => schedule if schedule.expression != null }

  undelivered     = "${local.name}-undelivered-ticks"
  undelivered_arn = "arn:${local.partition}:sqs:${local.here}:${local.undelivered}"
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.name
}

moved {
  from = aws_scheduler_schedule.tick
  to   = aws_scheduler_schedule.this["tick"]
}

resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  name                = "${local.name}-${each.key}"
  group_name          = aws_scheduler_schedule_group.this.name
  description         = each.value.description
  schedule_expression = each.value.expression
  state               = var.schedule_enabled ? "ENABLED" : "DISABLED"
  kms_key_arn         = var.kms_key_arn

  flexible_time_window {
    mode                      = each.value.window == 0 ? "OFF" : "FLEXIBLE"
    maximum_window_in_minutes = each.value.window == 0 ? null : each.value.window
  }

  target {
    arn      = aws_sfn_state_machine.this.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode(each.value.request)

    # Both are wake-ups: one that is late is worth nothing, since the next one does its work.
    retry_policy {
      maximum_event_age_in_seconds = 120
      maximum_retry_attempts       = 3
    }

    dead_letter_config {
      arn = aws_sqs_queue.undelivered.arn
    }
  }

  depends_on = [aws_iam_role_policy.scheduler]
}

# Holds why ticks could not be started, not work: nobody has to put anything back. Messages go away by themselves three
# ticks after the last failure, and with them the alarm.
resource "aws_sqs_queue" "undelivered" {
  name                              = local.undelivered
  message_retention_seconds         = 3 * local.tick_minutes * 60
  sqs_managed_sse_enabled           = var.kms_key_arn == null ? true : null
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = var.kms_key_arn == null ? null : 3600
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.id
  policy    = data.aws_iam_policy_document.undelivered.json
}

data "aws_iam_policy_document" "undelivered" {
  statement {
    sid       = "DenyInsecureTransport"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [local.undelivered_arn]

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
