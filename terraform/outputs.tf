output "ingestion_bucket" {
  description = "Bucket of the CSV objects and of the manifests of committed runs."
  value       = aws_s3_bucket.this["ingestion"].id
}

output "processed_bucket" {
  description = "Bucket of the Parquet objects, the quarantine and the manifests of loaded runs."
  value       = aws_s3_bucket.this["processed"].id
}

output "state_machine_arn" {
  description = "State machine whose executions are the ticks."
  value       = aws_sfn_state_machine.this.arn
}

output "extract_function" {
  description = "Name of the extract function."
  value       = aws_lambda_function.this["extract"].function_name
}

output "transform_function" {
  description = "Name of the transform function."
  value       = aws_lambda_function.this["transform"].function_name
}

output "load_function" {
  description = "Name of the load function."
  value       = aws_lambda_function.this["load"].function_name
}

output "alarm_topic_arn" {
  description = "SNS topic that every alarm writes to."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_url" {
  description = "The CloudWatch dashboard: freshness, rows, durations, errors, costs."
  value       = "https://${var.aws_region}.console.aws.amazon.com/cloudwatch/home?region=${var.aws_region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "lake_database" {
  description = "Glue database of the lake, for Athena; null without enable_lake."
  value       = one(aws_glue_catalog_database.lake[*].name)
}

output "quicksight_dashboard_url" {
  description = "The QuickSight dashboard of the revenue; null without enable_quicksight."
  value       = one([for dashboard in aws_quicksight_dashboard.revenue : "https://${var.aws_region}.quicksight.aws.amazon.com/sn/dashboards/${dashboard.dashboard_id}"])
}
