# What QuickSight gets: each of the ten questions, no two currencies added up, and no password.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_data "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:quicksight-AbCdEf", kms_key_id = "" }
  }
}

variables {
  totesys_secret_name    = "totesys"
  warehouse_secret_name  = "warehouse"
  alert_emails           = ["on-call@example.com"]
  enable_quicksight      = true
  quicksight_principals  = ["arn:aws:quicksight:eu-west-2:123456789012:group/default/analysts"]
  quicksight_secret_name = "quicksight"
  quicksight_warehouse   = { host = "dw.example.com", database = "warehouse" }
}

run "disabled" {
  command = plan

  variables {
    enable_quicksight = false
  }

  assert {
    condition = alltrue([for resources in [
      aws_quicksight_data_source.warehouse,
      aws_quicksight_data_set.revenue,
      aws_quicksight_refresh_schedule.revenue,
      aws_quicksight_dashboard.revenue,
      terraform_data.dashboard_views,
      data.aws_secretsmanager_secret.quicksight,
    ] : length(resources) == 0])
    error_message = "enable_quicksight is false, and there is still something of it."
  }
}

run "enabled" {
  command = plan

  assert {
    condition = (aws_quicksight_data_source.warehouse[0].credentials[0].secret_arn == "arn:aws:secretsmanager:eu-west-2:123456789012:secret:quicksight-AbCdEf" &&
    length(aws_quicksight_data_source.warehouse[0].credentials[0].credential_pair) == 0)
    error_message = "Credentials do not come from the secret alone."
  }
  assert {
    condition     = !aws_quicksight_data_source.warehouse[0].ssl_properties[0].disable_ssl
    error_message = "The connection is not encrypted."
  }
  assert {
    condition     = length(aws_quicksight_data_source.warehouse[0].vpc_connection_properties) == 0
    error_message = "There is a VPC connection that nobody asked for."
  }

  # Each of the ten questions has a data set and a visual

  assert {
    condition     = length(local.questions) == 10 && toset([for question in local.questions : question.view]) == toset(keys(aws_quicksight_data_set.revenue))
    error_message = "Not every view of catalogue.json is asked by a question of quicksight.tf."
  }
  assert {
    condition     = jsonencode([for visual in aws_quicksight_dashboard.revenue[0].definition[0].sheets[0].visuals : concat(visual.table_visual[*].visual_id, visual.bar_chart_visual[*].visual_id)]) == jsonencode([for question in local.questions : [question.view]])
    error_message = "Not every question has exactly one visual."
  }
  assert {
    condition     = jsonencode([for element in aws_quicksight_dashboard.revenue[0].definition[0].sheets[0].layouts[0].configuration[0].grid_layout[0].elements : element.element_id]) == jsonencode([for question in local.questions : question.view])
    error_message = "Not every visual has a place."
  }
  assert {
    condition     = length(distinct([for element in aws_quicksight_dashboard.revenue[0].definition[0].sheets[0].layouts[0].configuration[0].grid_layout[0].elements : "${element.column_index} ${element.row_index}"])) == 10
    error_message = "Visuals lie on top of each other."
  }

  # Currencies are never added up

  assert {
    condition = alltrue([for visual in aws_quicksight_dashboard.revenue[0].definition[0].sheets[0].visuals : alltrue([for table in visual.table_visual :
      contains(flatten(table.chart_configuration[0].field_wells[0].table_aggregated_field_wells[0].group_by[*].categorical_dimension_field[*].column[*].column_name), "currency_code")
    ])])
    error_message = "A table is not grouped by currency_code."
  }
  assert {
    condition = alltrue([for visual in aws_quicksight_dashboard.revenue[0].definition[0].sheets[0].visuals : alltrue([for table in visual.table_visual :
      length(table.chart_configuration[0].total_options) == 0
    ])])
    error_message = "A table has a row of totals, which adds currencies up."
  }
  assert {
    condition = alltrue([for visual in aws_quicksight_dashboard.revenue[0].definition[0].sheets[0].visuals : alltrue([for bars in visual.bar_chart_visual :
      bars.chart_configuration[0].bars_arrangement == "CLUSTERED" &&
      bars.chart_configuration[0].field_wells[0].bar_chart_aggregated_field_wells[0].colors[0].categorical_dimension_field[0].column[0].column_name == "currency_code"
    ])])
    error_message = "Bars are stacked, or not one for each currency_code."
  }
  assert {
    condition     = alltrue([for view in local.catalogue.views : contains([for column in view.columns : column.name], "currency_code")])
    error_message = "A view has no currency_code, so the currency control would not reach it."
  }
}

run "spice" {
  command = plan

  variables {
    quicksight_import_mode = "SPICE"
  }

  assert {
    condition     = length(aws_quicksight_refresh_schedule.revenue) == 10
    error_message = "A copy in SPICE would stay as it is for ever."
  }
}

run "incomplete" {
  command = plan

  variables {
    quicksight_principals  = []
    quicksight_secret_name = null
    quicksight_warehouse   = null
  }

  expect_failures = [var.enable_quicksight]
}

run "refused" {
  command = plan

  variables {
    quicksight_principals         = ["arn:aws:iam::123456789012:user/analyst"]
    quicksight_secret_name        = "warehouse"
    quicksight_warehouse          = { host = "postgresql://dw.example.com", database = "warehouse" }
    quicksight_vpc_connection_arn = "vpc-1"
    quicksight_import_mode        = "CACHE"
  }

  expect_failures = [
    var.quicksight_principals,
    var.quicksight_secret_name,
    var.quicksight_warehouse,
    var.quicksight_vpc_connection_arn,
    var.quicksight_import_mode,
  ]
}
