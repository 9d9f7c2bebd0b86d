# The plan as the real provider makes it, without credentials and network: policies, alarms and wiring are what would be
# deployed. The tests in Java that compare it with the code read the first run's plan.

provider "aws" {
  region                      = "eu-west-2"
  access_key                  = "nobody"
  secret_key                  = "nobody"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_secretsmanager_secret.totesys
  values = {
    arn        = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:totesys-AbCdEf"
    kms_key_id = ""
  }
}

override_data {
  target = data.aws_secretsmanager_secret.warehouse
  values = {
    arn        = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:warehouse-AbCdEf"
    kms_key_id = "alias/aws/secretsmanager"
  }
}

override_resource {
  target          = aws_sns_topic.alarms
  override_during = plan
  values          = { arn = "arn:aws:sns:eu-west-2:123456789012:alarms" }
}

override_data {
  target = data.aws_subnet.function
  values = { vpc_id = "vpc-1", availability_zone = "eu-west-2a" }
}

override_data {
  target = data.aws_route_tables.subnet
  values = { ids = [] }
}

override_data {
  target = data.aws_route_tables.main
  values = { ids = ["rtb-main"] }
}

variables {
  environment           = "test"
  totesys_secret_name   = "totesys"
  warehouse_secret_name = "warehouse"
  alert_emails          = ["oncall@example.com", "data@example.com"]
}

run "defaults" {
  command = plan

  # Permissions

  assert {
    condition = alltrue([for policy in concat(values(aws_iam_role_policy.function), [aws_iam_role_policy.state_machine, aws_iam_role_policy.scheduler]) :
    alltrue([for statement in jsondecode(policy.policy).Statement : !strcontains(join(" ", flatten([statement.Action])), "*")])])
    error_message = "a role may do something with a wildcard; name each action"
  }
  assert {
    condition = toset(flatten([for policy in concat(values(aws_iam_role_policy.function), [aws_iam_role_policy.state_machine, aws_iam_role_policy.scheduler]) :
    [for statement in jsondecode(policy.policy).Statement : statement.Sid if contains(flatten([statement.Resource]), "*")]])) == toset(["DeliverLogs"])
    error_message = "only the delivery of Step Functions' logs knows no narrower resource than *"
  }
  assert {
    condition = jsonencode({ for stage, policy in aws_iam_role_policy.function : stage => sort(flatten([
      for statement in jsondecode(policy.policy).Statement : [
        for pair in setproduct(flatten([statement.Action]), flatten([statement.Resource])) : replace(replace(join(" ", pair), "arn:aws:s3:::totesys-test-", ""), "-123456789012-eu-west-2", "")
      ]])) }) == jsonencode({
      extract = sort([
        "logs:CreateLogStream arn:aws:logs:eu-west-2:123456789012:log-group:/aws/lambda/totesys-test-extract:*",
        "logs:PutLogEvents arn:aws:logs:eu-west-2:123456789012:log-group:/aws/lambda/totesys-test-extract:*",
        "s3:AbortMultipartUpload ingestion/data/*",
        "s3:GetObject ingestion/runs/*",
        "s3:GetObject processed/runs/*",
        "s3:ListBucket ingestion",
        "s3:ListBucket processed",
        "s3:PutObject ingestion/data/*",
        "s3:PutObject ingestion/runs/*",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-2:123456789012:secret:totesys-AbCdEf",
      ])
      load = sort([
        "logs:CreateLogStream arn:aws:logs:eu-west-2:123456789012:log-group:/aws/lambda/totesys-test-load:*",
        "logs:PutLogEvents arn:aws:logs:eu-west-2:123456789012:log-group:/aws/lambda/totesys-test-load:*",
        "s3:GetObject ingestion/runs/*",
        "s3:GetObject processed/data/*",
        "s3:GetObject processed/runs/*",
        "s3:ListBucket ingestion",
        "s3:ListBucket processed",
        "s3:PutObject processed/runs/*",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-2:123456789012:secret:warehouse-AbCdEf",
      ])
      transform = sort([
        "logs:CreateLogStream arn:aws:logs:eu-west-2:123456789012:log-group:/aws/lambda/totesys-test-transform:*",
        "logs:PutLogEvents arn:aws:logs:eu-west-2:123456789012:log-group:/aws/lambda/totesys-test-transform:*",
        "s3:GetObject ingestion/data/*",
        "s3:GetObject ingestion/runs/*",
        "s3:GetObject processed/data/*",
        "s3:GetObject processed/quarantine/*",
        "s3:GetObject processed/runs/*",
        "s3:ListBucket ingestion",
        "s3:ListBucket processed",
        "s3:PutObject processed/data/*",
        "s3:PutObject processed/quarantine/*",
      ])
    })
    error_message = "a function may do something else than its code does"
  }
  assert {
    condition = jsonencode([for statement in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : flatten([statement.Resource]) if statement.Sid == "InvokeFunctions"]) == jsonencode([[
      "arn:aws:lambda:eu-west-2:123456789012:function:totesys-test-transform:live",
      "arn:aws:lambda:eu-west-2:123456789012:function:totesys-test-load:live",
      "arn:aws:lambda:eu-west-2:123456789012:function:totesys-test-extract:live",
    ]])
    error_message = "the state machine may invoke anything but the aliases of the three functions"
  }
  assert {
    condition     = length(jsondecode(aws_iam_role_policy.scheduler.policy).Statement) == 2
    error_message = "the schedule may start ticks and keep undelivered ones, nothing else"
  }

  # Buckets

  assert {
    condition = alltrue([for bucket, policy in aws_s3_bucket_policy.this : alltrue([
      one([for statement in jsondecode(policy.policy).Statement : statement.Condition if statement.Sid == "DenyInsecureTransport"]) == { Bool = { "aws:SecureTransport" = "false" } },
      one([for statement in jsondecode(policy.policy).Statement : jsonencode(statement.Condition) if statement.Sid == "DenyOverwriting"]) == jsonencode({
        Bool = { "s3:ObjectCreationOperation" = "true" }
        Null = { "s3:if-none-match" = "true" }
      }),
    ])])
    error_message = "a bucket lets objects be overwritten, or connections without TLS"
  }
  assert {
    condition     = alltrue([for lifecycle in aws_s3_bucket_lifecycle_configuration.this : alltrue([for rule in lifecycle.rule : length(rule.expiration) == 0 && length(rule.noncurrent_version_expiration) == 0])])
    error_message = "a lifecycle rule deletes objects, which manifests may refer to"
  }
  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "a bucket keeps no versions, from which an object could be restored"
  }

  # Functions

  assert {
    condition = alltrue([for function in aws_lambda_function.this :
      function.publish && one(function.snap_start).apply_on == "PublishedVersions" && one(function.logging_config).log_format == "JSON" && length(function.vpc_config) == 0
    ])
    error_message = "a function has no SnapStart, no JSON log, or is in a VPC that nobody named"
  }
  assert {
    condition = { for stage, function in aws_lambda_function.this : stage => function.reserved_concurrent_executions } == {
      extract = 1, transform = -1, load = 1
    }
    error_message = "extract and load run once at a time, transform as often as there are batches"
  }
  assert {
    condition     = length(aws_vpc_endpoint.s3) == 0 && length(aws_vpc_endpoint.secrets_manager) == 0
    error_message = "endpoints without a VPC"
  }

  # Alarms

  assert {
    condition = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this :
      (alarm.alarm_actions != null) == (length([for composite in concat(values(aws_cloudwatch_composite_alarm.this), [aws_cloudwatch_composite_alarm.unsteady]) : true if strcontains(composite.alarm_rule, "ALARM(\"${alarm.alarm_name}\")")]) == 0)
    ])
    error_message = "an alarm writes by itself and through a composite alarm, or not at all"
  }
  assert {
    condition = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_composite_alarm.this), [aws_cloudwatch_composite_alarm.unsteady]) :
      length(alarm.alarm_description) <= 1024 && alarm.alarm_actions == alarm.ok_actions
    ])
    error_message = "an alarm's description is too long for CloudWatch, or its recovery is not told"
  }
  assert {
    condition     = toset([for key, alarm in aws_cloudwatch_metric_alarm.this : key if alarm.treat_missing_data == "breaching"]) == toset(["extract-silent", "load-silent"])
    error_message = "silence, and nothing else, is an alarm by missing data"
  }
  assert {
    condition = alltrue([for key in ["extract-silent", "load-silent"] : alltrue([
      aws_cloudwatch_metric_alarm.this[key].evaluation_periods == 3,
      aws_cloudwatch_metric_alarm.this[key].datapoints_to_alarm == 3,
      one([for query in aws_cloudwatch_metric_alarm.this[key].metric_query : one(query.metric).period if length(query.metric) == 1]) == 300,
      # Without it, CloudWatch looks for older figures and rings ten minutes later.
      one([for query in aws_cloudwatch_metric_alarm.this[key].metric_query : query.expression if query.return_data]) == "FILL(reported, 0)",
    ])])
    error_message = "silence is not told after fifteen minutes"
  }
  assert {
    condition     = endswith(aws_cloudwatch_composite_alarm.unsteady.alarm_rule, " AND NOT ALARM(\"totesys-test-pipeline\")") && !strcontains(aws_cloudwatch_composite_alarm.this["pipeline"].alarm_rule, "-errors")
    error_message = "what retries put right is told beside an outage, or keeps one from being told"
  }
  assert {
    condition     = toset([for subscription in aws_sns_topic_subscription.email : subscription.endpoint]) == toset(var.alert_emails)
    error_message = "somebody does not get the alarms"
  }

  # Schedule

  assert {
    condition     = aws_scheduler_schedule.this["tick"].schedule_expression == "rate(5 minutes)" && aws_scheduler_schedule.this["tick"].state == "ENABLED" && aws_scheduler_schedule.this["tick"].target[0].input == "{}"
    error_message = "ticks do not start every five minutes"
  }
  assert {
    condition     = aws_scheduler_schedule.this["audit"].schedule_expression == "rate(1 hour)" && aws_scheduler_schedule.this["audit"].target[0].input == "{\"mode\":\"audit\"}" && aws_cloudwatch_metric_alarm.this["audit-silent"].threshold == 7200
    error_message = "audits do not start every hour, or two that are missing are not told"
  }
  assert {
    condition     = !local.protect_data && alltrue([for bucket in aws_s3_bucket.this : bucket.force_destroy])
    error_message = "only production keeps its data when it is destroyed"
  }
}

run "hardened" {
  command = plan

  variables {
    environment            = "prod"
    kms_key_arn            = "arn:aws:kms:eu-west-2:123456789012:key/00000000-0000-0000-0000-000000000000"
    vpc_subnet_ids         = ["subnet-1a", "subnet-1b"]
    vpc_security_group_ids = ["sg-1"]
    reserve_concurrency    = false
    schedule_enabled       = false
    budget_covers          = "pipeline"
    silence_minutes        = 30
  }

  assert {
    condition = toset(flatten([for policy in concat(values(aws_iam_role_policy.function), [aws_iam_role_policy.state_machine, aws_iam_role_policy.scheduler]) :
      [for statement in jsondecode(policy.policy).Statement : statement.Sid if contains(flatten([statement.Resource]), "*")]])) == toset([
      "DeliverLogs",
      # Lambda: "This action only works if it's allowed on all resources".
      "DescribeNetwork",
      # Denies.
      "DenyNetworkToTheCode",
    ])
    error_message = "a role may do something with any resource that is not listed here"
  }
  assert {
    condition = alltrue([for policy in concat(values(aws_iam_role_policy.function), [aws_iam_role_policy.state_machine, aws_iam_role_policy.scheduler]) :
      contains([for statement in jsondecode(policy.policy).Statement : jsonencode([sort(flatten([statement.Action])), statement.Resource])], jsonencode([["kms:Decrypt", "kms:GenerateDataKey"], var.kms_key_arn]))
    ])
    error_message = "a role cannot use the key that what it reads and writes is encrypted with"
  }
  assert {
    condition = alltrue([
      alltrue([for encryption in aws_s3_bucket_server_side_encryption_configuration.this : one([for rule in encryption.rule : one(rule.apply_server_side_encryption_by_default).kms_master_key_id]) == var.kms_key_arn]),
      alltrue([for group in aws_cloudwatch_log_group.function : group.kms_key_id == var.kms_key_arn]),
      aws_cloudwatch_log_group.state_machine.kms_key_id == var.kms_key_arn,
      aws_sqs_queue.undelivered.kms_master_key_id == var.kms_key_arn,
      aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn,
      one(aws_sfn_state_machine.this.encryption_configuration).kms_key_id == var.kms_key_arn,
    ])
    error_message = "something is not encrypted with the key that was given"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : toset(one(function.vpc_config).subnet_ids) == toset(var.vpc_subnet_ids) && function.reserved_concurrent_executions == -1])
    error_message = "a function is not in the VPC, or reserves what the account may not have"
  }
  assert {
    condition     = toset(aws_vpc_endpoint.s3[0].route_table_ids) == toset(["rtb-main"]) && toset(aws_vpc_endpoint.secrets_manager[0].subnet_ids) == toset(["subnet-1a"])
    error_message = "functions in the VPC do not reach S3 and Secrets Manager, or a zone has two subnets of the endpoint"
  }
  assert {
    condition     = local.protect_data && alltrue([for bucket in aws_s3_bucket.this : !bucket.force_destroy])
    error_message = "production's data goes away with the deployment"
  }
  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : schedule.state == "DISABLED"])
    error_message = "the schedule cannot be stopped"
  }
  assert {
    condition     = one(aws_budgets_budget.monthly[0].cost_filter).values == tolist(["user:Deployment$totesys-prod"])
    error_message = "the budget counts other things than this deployment"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["load-silent"].evaluation_periods == 6 && aws_cloudwatch_metric_alarm.this["freshness"].threshold == 1800
    error_message = "silence_minutes is not what the alarms wait for"
  }
}

run "own_ways" {
  command = plan

  variables {
    schedule_expression = "rate(1 hour)"
    silence_minutes     = 180

    audit_schedule_expression = null

    vpc_subnet_ids         = ["subnet-1a"]
    vpc_security_group_ids = ["sg-1"]
    create_vpc_endpoints   = false
    monthly_budget_usd     = 0
  }

  assert {
    condition     = length(aws_vpc_endpoint.s3) + length(aws_vpc_endpoint.secrets_manager) + length(aws_security_group.endpoint) == 0
    error_message = "a VPC that has endpoints gets others"
  }
  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : one(distinct(concat(compact([alarm.period]), [for query in alarm.metric_query : tostring(one(query.metric).period) if length(query.metric) == 1]))) == "3600" if alarm.treat_missing_data != "breaching"]) && aws_cloudwatch_metric_alarm.this["load-silent"].evaluation_periods == 36 && aws_sqs_queue.undelivered.message_retention_seconds == 10800
    error_message = "alarms look for several ticks where there can be one at the most"
  }
  assert {
    condition     = keys(aws_scheduler_schedule.this) == ["tick"] && length([for key, alarm in aws_cloudwatch_metric_alarm.this : key if strcontains(key, "audit") || strcontains(key, "deletes")]) == 0
    error_message = "what is not audited is watched"
  }
  assert {
    condition     = length(aws_budgets_budget.monthly) == 0
    error_message = "a budget that nobody wants"
  }
}

run "slow_ticks" {
  command = plan

  variables {
    schedule_expression = "rate(2 hours)"
    silence_minutes     = 360
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["audit-silent"].period == 7200 && aws_cloudwatch_metric_alarm.this["audit-silent"].evaluation_periods == 3
    error_message = "ticks report too seldom for the alarm about audits"
  }
}
