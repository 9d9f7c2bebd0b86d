# The tables of the lake fit the objects that transform writes.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
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
  alert_emails          = ["on-call@example.com"]
  environment           = "prod-eu"
  aws_region            = "eu-west-1"
}

run "tables" {
  command = plan

  assert {
    condition     = aws_glue_catalog_database.lake[0].name == "totesys_prod_eu"
    error_message = "Hyphens would have to be quoted in every query."
  }
  assert {
    condition     = toset(keys(aws_glue_catalog_table.lake)) == toset([for table in local.catalogue.tables : table.name])
    error_message = "Not every table of catalogue.json has a table in Glue."
  }
  assert {
    condition = alltrue([for table in local.catalogue.tables :
      [for column in aws_glue_catalog_table.lake[table.name].storage_descriptor[0].columns : { name = column.name, type = column.type, comment = column.comment }] == table.columns
    ])
    error_message = "Columns differ from those of catalogue.json."
  }
  assert {
    condition = alltrue([for table in local.catalogue.tables :
      !contains([for column in table.columns : column.name], aws_glue_catalog_table.lake[table.name].partition_keys[0].name)
    ])
    error_message = "A table has a column of the same name as the partition key; Glue takes it, and no query runs."
  }

  # Keys are data/<target>/<yyyy>/<MM>/<dd>/<run>-<unit>.parquet, see docs/architecture.md.
  assert {
    condition = alltrue([for name, table in aws_glue_catalog_table.lake :
      table.parameters["projection.enabled"] == "true" &&
      table.parameters["projection.${table.partition_keys[0].name}.type"] == "date" &&
      table.parameters["projection.${table.partition_keys[0].name}.format"] == "yyyy/MM/dd" &&
      table.parameters["projection.${table.partition_keys[0].name}.range"] == "2025/01/01,NOW"
    ])
    error_message = "The folders of the days are not those of ObjectKeys."
  }
  assert {
    condition = alltrue([for name, table in aws_glue_catalog_table.lake :
      replace(table.parameters["storage.location.template"], "$${${table.partition_keys[0].name}}", "2026/11/20") == "s3://totesys-prod-eu-processed-123456789012-eu-west-1/data/${name}/2026/11/20/"
    ])
    error_message = "The template does not lead to s3://<processed bucket>/data/<table>/<yyyy>/<MM>/<dd>/."
  }
}

run "disabled" {
  command = plan

  variables {
    enable_lake = false
  }

  assert {
    condition     = length(aws_glue_catalog_database.lake) == 0 && length(aws_glue_catalog_table.lake) == 0
    error_message = "enable_lake is false, and there is still something of the lake."
  }
}
