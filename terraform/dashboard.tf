locals {
  # One line for each table that a stage has figures about.
  rows_by_table = [for figure in [
    { stage = "extract", metric = "RowsExtracted", title = "Rows extracted, by source table" },
    { stage = "transform", metric = "RowsTransformed", title = "Rows transformed, by warehouse table" },
    { stage = "load", metric = "RowsInserted", title = "Rows and versions inserted, by warehouse table" },
    { stage = "load", metric = "RowsUpdated", title = "Dimension rows updated, by warehouse table" },
    ] : {
    title = figure.title
    metrics = [[{
      expression = "SEARCH('{\"${local.metric_namespace}\",Stage,Table} Stage=\"${figure.stage}\" MetricName=\"${figure.metric}\"', 'Sum', 300)"
      label      = "$${PROP('Dim.Table')}"
    }]]
  }]

  # A metric of one stage, as a widget names it.
  figure = { for stage in local.stages : stage => {
    for metric in ["Freshness", "Heartbeat", "RunsPending", "RowsQuarantined", "TablesHeldBack", "SourceReplaced", "InferredMembers", "NewSourceColumns", "AuditDifferences", "DeletesHeldBack", "RowsDeleted"] :
    metric => [local.metric_namespace, metric, "Stage", stage]
  } }

  graphs = [
    {
      title = "Freshness: seconds from a run's snapshot to its commit, and the age of what waits"
      stat  = "Maximum"
      metrics = [
        concat(local.figure["load"].Freshness, [{ label = "loaded" }]),
        concat(local.figure["extract"].Freshness, [{ label = "oldest that waits" }]),
      ]
    },
    {
      title = "Runs that wait for the warehouse"
      stat  = "Maximum"
      metrics = [
        concat(local.figure["extract"].RunsPending, [{ label = "before load" }]),
        concat(local.figure["load"].RunsPending, [{ label = "after load" }]),
      ]
    },
    {
      title = "Heartbeats: ticks that ended well"
      stat  = "Sum"
      metrics = [
        concat(local.figure["extract"].Heartbeat, [{ label = "extract" }]),
        concat(local.figure["load"].Heartbeat, [{ label = "load" }]),
      ]
    },
    {
      title = "What needs a person"
      stat  = "Sum"
      metrics = [
        concat(local.figure["load"].RowsQuarantined, [{ label = "rows quarantined" }]),
        concat(local.figure["load"].InferredMembers, [{ label = "inferred members" }]),
        concat(local.figure["extract"].TablesHeldBack, [{ label = "tables held back" }]),
        concat(local.figure["extract"].SourceReplaced, [{ label = "source replaced" }]),
        concat(local.figure["extract"].NewSourceColumns, [{ label = "new source columns" }]),
        concat(local.figure["load"].AuditDifferences, [{ label = "audit differences" }]),
        concat(local.figure["load"].DeletesHeldBack, [{ label = "deletes held back" }]),
        concat(local.figure["load"].RowsDeleted, [{ label = "rows deleted" }]),
      ]
    },
    merge(local.rows_by_table[0], { stat = "Sum" }),
    merge(local.rows_by_table[1], { stat = "Sum" }),
    merge(local.rows_by_table[2], { stat = "Sum" }),
    merge(local.rows_by_table[3], { stat = "Sum" }),
    {
      title = "Duration of the functions, milliseconds"
      stat  = "p50"
      metrics = concat(
        [for stage in local.stages : ["AWS/Lambda", "Duration", "FunctionName", local.function_names[stage], { label = "${stage} p50" }]],
        [for stage in local.stages : ["AWS/Lambda", "Duration", "FunctionName", local.function_names[stage], { label = "${stage} p95", stat = "p95" }]],
        [for stage in local.stages : ["AWS/Lambda", "Duration", "FunctionName", local.function_names[stage], { label = "${stage} longest", stat = "Maximum" }]],
      )
    },
    {
      title = "Duration of ticks, milliseconds"
      stat  = "p50"
      metrics = [
        ["AWS/States", "ExecutionTime", "StateMachineArn", local.state_machine_arn, { label = "p50" }],
        ["AWS/States", "ExecutionTime", "StateMachineArn", local.state_machine_arn, { label = "p95", stat = "p95" }],
        ["AWS/States", "ExecutionTime", "StateMachineArn", local.state_machine_arn, { label = "longest", stat = "Maximum" }],
      ]
    },
    {
      title = "Errors and throttles of the functions"
      stat  = "Sum"
      metrics = concat(
        [for stage in local.stages : ["AWS/Lambda", "Errors", "FunctionName", local.function_names[stage], { label = "${stage} errors" }]],
        [for stage in local.stages : ["AWS/Lambda", "Throttles", "FunctionName", local.function_names[stage], { label = "${stage} throttles" }]],
      )
    },
    {
      title = "Ticks"
      stat  = "Sum"
      metrics = [
        for metric in ["ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"] :
        ["AWS/States", metric, "StateMachineArn", local.state_machine_arn]
      ]
    },
    {
      title  = "Cost: gigabyte-seconds of the functions, per hour"
      stat   = "Sum"
      period = 3600
      metrics = concat(
        [for stage in local.stages : ["AWS/Lambda", "Duration", "FunctionName", local.function_names[stage], { id = "${stage}_ms", visible = false }]],
        [for stage in local.stages : [{ expression = "${stage}_ms / 1000 * ${var.functions[stage].memory_mb} / 1024", label = stage }]],
      )
    },
    {
      title  = "Cost: log bytes per hour"
      stat   = "Sum"
      period = 3600
      metrics = [for stage in local.stages :
        ["AWS/Logs", "IncomingBytes", "LogGroupName", "/aws/lambda/${local.function_names[stage]}", { label = stage }]
      ]
    },
    {
      title  = "Cost: bytes in the buckets, per day"
      stat   = "Average"
      period = 86400
      metrics = [for pair in setproduct(keys(local.buckets), ["StandardStorage", "IntelligentTieringFAStorage", "IntelligentTieringIAStorage"]) :
        ["AWS/S3", "BucketSizeBytes", "BucketName", local.buckets[pair[0]], "StorageType", pair[1], { label = "${pair[0]} ${pair[1]}" }]
      ]
    },
    {
      title  = "Cost: objects in the buckets, per day"
      stat   = "Average"
      period = 86400
      metrics = [for key, bucket in local.buckets :
        ["AWS/S3", "NumberOfObjects", "BucketName", bucket, "StorageType", "AllStorageTypes", { label = key }]
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = local.name

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type   = "alarm"
        x      = 0
        y      = 0
        width  = 24
        height = 3
        properties = {
          title  = "Alarms"
          alarms = [for key in concat(keys(local.composite_alarms), keys(local.alarms)) : "arn:${local.partition}:cloudwatch:${local.here}:alarm:${local.name}-${key}"]
        }
      }],
      [for index, graph in local.graphs : {
        type   = "metric"
        x      = index % 2 * 12
        y      = 3 + floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = graph.title
          region  = var.aws_region
          view    = "timeSeries"
          stacked = false
          stat    = graph.stat
          period  = lookup(graph, "period", 300)
          metrics = graph.metrics
        }
      }],
    )
  })
}
