# What cannot work is refused before anything is made, with a message that says what is expected.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_secretsmanager_secret" {
    defaults = { kms_key_id = "" }
  }
}

variables {
  totesys_secret_name   = "totesys"
  warehouse_secret_name = "warehouse"
  alert_emails          = ["oncall@example.com"]
}

run "names" {
  command = plan

  variables {
    environment         = "Prod_EU"
    aws_region          = "London"
    totesys_secret_name = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:totesys-AbCdEf"
    warehouse_schema    = "Star Schema"
    kms_key_arn         = "alias/totesys"
    lookback            = "a while"
    runtime             = "java17"
    architecture        = "arm"
  }

  expect_failures = [
    var.environment, var.aws_region, var.totesys_secret_name, var.warehouse_schema,
    var.kms_key_arn, var.lookback, var.runtime, var.architecture,
  ]
}

run "numbers" {
  command = plan

  variables {
    vpc_subnet_ids         = ["subnet-1a"]
    vpc_security_group_ids = ["default"]
    functions              = { extract = { memory_mb = 256 }, load = { timeout_seconds = 901 } }
    run_limits             = { max_rows = 0 }
    log_retention_days     = 31
    silence_minutes        = 7
    mass_deletion_percent  = 10.5
    monthly_budget_usd     = -1
  }

  expect_failures = [
    var.functions, var.run_limits, var.log_retention_days, var.silence_minutes, var.mass_deletion_percent, var.monthly_budget_usd,
    var.vpc_security_group_ids,
  ]
}

run "choices" {
  command = plan

  variables {
    environment           = "a-name-that-is-too-long"
    warehouse_secret_name = ""
    alert_emails          = ["oncall@example.com", "nobody"]
    schedule_expression   = "every 5 minutes"
    budget_covers         = "everything"
    vpc_subnet_ids        = ["10.0.0.0/24"]
    lambda_artifacts_dir  = "nowhere"
  }

  expect_failures = [
    var.environment, var.warehouse_secret_name, var.alert_emails, var.schedule_expression, var.budget_covers, var.vpc_subnet_ids,
    var.lambda_artifacts_dir,
  ]
}

run "what_goes_together" {
  command = plan

  variables {
    alert_emails          = []
    warehouse_secret_name = "totesys"
    vpc_subnet_ids        = ["subnet-1a"]
  }

  expect_failures = [var.alert_emails, var.warehouse_secret_name, var.vpc_security_group_ids]
}

run "schedule_that_cannot_be_watched" {
  command = plan

  variables {
    schedule_expression = "rate(1 hour)"
    silence_minutes     = 175
  }

  expect_failures = [var.silence_minutes]
}

run "silence_that_a_late_tick_would_be" {
  command = plan

  variables {
    silence_minutes = 10
  }

  expect_failures = [var.silence_minutes]
}

run "audits_that_cannot_be_watched" {
  command = plan

  variables {
    audit_schedule_expression = "rate(3 days)"
  }

  expect_failures = [var.audit_schedule_expression]
}

run "audits_that_are_no_schedule" {
  command = plan

  variables {
    audit_schedule_expression = "hourly"
  }

  expect_failures = [var.audit_schedule_expression]
}

run "what_fits" {
  command = plan

  variables {
    environment         = "prod-eu"
    aws_region          = "us-gov-west-1"
    totesys_secret_name = "rds!db-0123/totesys.reader"
    schedule_expression = "cron(0/15 6-20 ? * MON-FRI *)"
    lookback            = "PT15M"
    silence_minutes     = 45
    functions           = { transform = { memory_mb = 3538 } }
  }
}
