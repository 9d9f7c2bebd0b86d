# The Parquet objects as tables, for Athena and others; docs/lake.md says what is in them and who reads them how. There is
# no crawler: Athena derives the folder of each day from the table's properties, and the columns are known.

locals {
  # Derived from the code, and held to it by DataDictionaryIT; docs/adding-a-table.md says how it changes.
  catalogue   = jsondecode(file("${path.module}/catalogue.json"))
  lake_tables = { for table in local.catalogue.tables : table.name => table if var.enable_lake }
}

resource "aws_glue_catalog_database" "lake" {
  count = var.enable_lake ? 1 : 0

  # Hyphens in a name must be quoted in every query.
  name        = replace(local.name, "-", "_")
  description = "What each run of ${local.name} read, as Parquet; see docs/lake.md"
}

resource "aws_glue_catalog_table" "lake" {
  for_each = local.lake_tables

  name          = each.key
  database_name = aws_glue_catalog_database.lake[0].name
  description   = "The rows that become ${each.key} in the warehouse, as each run read them: a key has a row for each run that read it, the latest in the object with the highest name."
  table_type    = "EXTERNAL_TABLE"

  # https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
  parameters = {
    EXTERNAL                    = "TRUE"
    classification              = "parquet"
    "projection.enabled"        = "true"
    "projection.run_day.type"   = "date"
    "projection.run_day.format" = "yyyy/MM/dd"
    "projection.run_day.range"  = "2025/01/01,NOW"
    "storage.location.template" = "s3://${local.buckets.processed}/data/${each.key}/$${run_day}/"
  }

  partition_keys {
    name    = "run_day"
    type    = "string"
    comment = "Day of the run's snapshot, UTC, such as 2026/11/20. Name it in WHERE, and only those days are read and paid."
  }

  storage_descriptor {
    location      = "s3://${local.buckets.processed}/data/${each.key}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = each.value.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}
