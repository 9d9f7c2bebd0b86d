variable "environment" {
  description = "Name of this deployment: part of every name, so that several fit into one account. Lower-case letters, digits and hyphens, 16 characters at most."
  type        = string
  default     = "dev"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9]){0,15}$", var.environment)) && length(var.environment) <= 16
    error_message = "environment is \"${var.environment}\"; expected 1 to 16 lower-case letters, digits and single hyphens that begin with a letter, such as \"dev\" or \"prod-eu\". It becomes part of bucket names."
  }
  validation {
    condition     = contains(["default", var.environment], terraform.workspace)
    error_message = "environment is \"${var.environment}\", and the Terraform workspace is \"${terraform.workspace}\": this would turn one environment into the other. Select the workspace of that name, or use \"make deploy ENV=…\"."
  }
}

variable "aws_region" {
  description = "AWS region of everything that is deployed."
  type        = string
  default     = "eu-west-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "aws_region is \"${var.aws_region}\"; expected the code of a region, such as \"eu-west-2\"."
  }
}

variable "totesys_secret_name" {
  description = "Name (not ARN) of the existing Secrets Manager secret of the operational database: JSON with host, port, username, password, dbname and, better, sslmode and sslrootcert."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@!-]{1,512}$", var.totesys_secret_name))
    error_message = "totesys_secret_name is \"${var.totesys_secret_name}\"; expected the name of a secret (letters, digits and /_+=.@!-), not its ARN."
  }
}

variable "warehouse_secret_name" {
  description = "Name (not ARN) of the existing Secrets Manager secret of the warehouse; same shape as totesys_secret_name's."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@!-]{1,512}$", var.warehouse_secret_name))
    error_message = "warehouse_secret_name is \"${var.warehouse_secret_name}\"; expected the name of a secret (letters, digits and /_+=.@!-), not its ARN."
  }
  validation {
    condition     = var.warehouse_secret_name != var.totesys_secret_name
    error_message = "warehouse_secret_name is the same secret as totesys_secret_name; the pipeline would load Totesys into itself. Give the warehouse a secret of its own."
  }
}

variable "alert_emails" {
  description = "Everybody who gets the alarms, at least one. Each address receives a request to confirm the subscription first."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.alert_emails) > 0
    error_message = "alert_emails is empty; alarms that nobody reads are none. Give at least one address."
  }
  validation {
    condition     = alltrue([for email in var.alert_emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", email))])
    error_message = "alert_emails has something that is no e-mail address: ${join(", ", [for email in var.alert_emails : "\"${email}\"" if !can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", email))])}."
  }
}

variable "schedule_expression" {
  description = "When ticks start, as EventBridge Scheduler writes it. A slower one needs a larger silence_minutes, three times its rate; the other alarms follow by themselves."
  type        = string
  default     = "rate(5 minutes)"
  nullable    = false

  validation {
    condition     = can(regex("^(rate\\([1-9][0-9]* (minute|minutes|hour|hours|day|days)\\)|cron\\(([^ ]+ ){5}[^ ]+\\))$", var.schedule_expression))
    error_message = "schedule_expression is \"${var.schedule_expression}\"; expected rate(5 minutes), or cron(…) with six fields."
  }
}

variable "audit_schedule_expression" {
  description = "When the warehouse is compared with Totesys: what is missing or different is put right, and what is gone leaves the current views. At least every other day; null: never, and deletions are not seen then."
  type        = string
  default     = "rate(1 hour)"

  validation {
    condition     = var.audit_schedule_expression == null || can(regex("^(rate\\([1-9][0-9]* (minute|minutes|hour|hours|day|days)\\)|cron\\(([^ ]+ ){5}[^ ]+\\))$", var.audit_schedule_expression))
    error_message = "audit_schedule_expression is \"${coalesce(var.audit_schedule_expression, "null")}\"; expected rate(1 hour), cron(…) with six fields, or null."
  }
  validation {
    condition     = !can(regex("^rate\\(([3-9]|[1-9][0-9]+) days\\)$", var.audit_schedule_expression)) && try(tonumber(regex("^rate\\(([0-9]+) hours?\\)$", var.audit_schedule_expression)[0]) <= 48, true) && try(tonumber(regex("^rate\\(([0-9]+) minutes?\\)$", var.audit_schedule_expression)[0]) <= 2880, true)
    error_message = "audit_schedule_expression is \"${coalesce(var.audit_schedule_expression, "null")}\"; expected an audit every other day or more often: one that fails should be told within a week."
  }
}

variable "mass_deletion_percent" {
  description = "If more of a table's rows are gone from Totesys than this, none of them is taken for deleted until a person says so: a single row always is."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.mass_deletion_percent >= 0 && var.mass_deletion_percent <= 100 && floor(var.mass_deletion_percent) == var.mass_deletion_percent
    error_message = "mass_deletion_percent is ${var.mass_deletion_percent}; expected a whole number from 0 to 100."
  }
}

variable "schedule_enabled" {
  description = "Whether ticks start by themselves. False stops the pipeline, for example while the warehouse is put in another's place; nothing is lost, but the alarms about silence tell."
  type        = bool
  default     = true
  nullable    = false
}

variable "lambda_artifacts_dir" {
  description = "Folder that holds extract-lambda/target/extract-lambda.jar and its two siblings: the project's root."
  type        = string
  default     = ".."
  nullable    = false

  validation {
    condition = alltrue([for stage in ["extract", "transform", "load"] :
    fileexists("${var.lambda_artifacts_dir}/${stage}-lambda/target/${stage}-lambda.jar")])
    error_message = "lambda_artifacts_dir is \"${var.lambda_artifacts_dir}\", which lacks ${join(", ", [for stage in ["extract", "transform", "load"] : "${stage}-lambda/target/${stage}-lambda.jar" if !fileexists("${var.lambda_artifacts_dir}/${stage}-lambda/target/${stage}-lambda.jar")])}. Run \"make build\" first, or name the folder that has them."
  }
}

variable "functions" {
  description = "Memory (MB) and time-out (seconds) of the three functions. CPU comes with memory: 1769 MB are one core. The defaults were measured, see docs/costs.md."
  type = object({
    extract   = optional(object({ memory_mb = optional(number, 1769), timeout_seconds = optional(number, 900) }), {})
    transform = optional(object({ memory_mb = optional(number, 1769), timeout_seconds = optional(number, 900) }), {})
    load      = optional(object({ memory_mb = optional(number, 1769), timeout_seconds = optional(number, 900) }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, function in var.functions : function.memory_mb >= 512 && function.memory_mb <= 10240 && floor(function.memory_mb) == function.memory_mb])
    error_message = "functions: memory_mb must be a whole number from 512 (what the functions need) to 10240 (what Lambda has)."
  }
  validation {
    condition     = alltrue([for name, function in var.functions : function.timeout_seconds >= 300 && function.timeout_seconds <= 900 && floor(function.timeout_seconds) == function.timeout_seconds])
    error_message = "functions: timeout_seconds must be a whole number from 300 to 900 (Lambda's longest); extract ends a run two minutes before its time-out, load begins a run only if four minutes are left."
  }
}

variable "architecture" {
  description = "Processor of the functions: arm64 costs a fifth less; the jars run on both."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is \"${var.architecture}\"; expected \"arm64\" or \"x86_64\"."
  }
}

variable "runtime" {
  description = "Lambda's managed runtime. Newer ones can be named once the AWS provider in use knows them; the jars need Java 21."
  type        = string
  default     = "java21"
  nullable    = false

  validation {
    condition     = can(regex("^java(2[1-9]|[3-9][0-9])$", var.runtime))
    error_message = "runtime is \"${var.runtime}\"; expected \"java21\" or a newer one."
  }
}

variable "reserve_concurrency" {
  description = "Whether extract and load are limited to one invocation at a time, which protects both databases from whoever invokes them by hand. A new AWS account, whose limit is 10 invocations at a time, allows no reservation: set false there, or raise the quota."
  type        = bool
  default     = true
  nullable    = false
}

variable "warehouse_schema" {
  description = "Schema of the star schema's tables in the warehouse; made if it does not exist and the role may."
  type        = string
  default     = "public"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]{0,62}$", var.warehouse_schema))
    error_message = "warehouse_schema is \"${var.warehouse_schema}\"; expected lower-case letters, digits and underscores."
  }
}

variable "change_detection" {
  description = "How changed rows are told: \"snapshot\", \"last_updated\", or exceptions for some tables such as \"snapshot,sales_order=last_updated\"; see docs/change-detection.md. The function refuses what it does not understand."
  type        = string
  default     = "snapshot"
  nullable    = false
}

variable "lookback" {
  description = "How far last_updated looks back beyond the last snapshot, such as \"15m\" or \"1h\"."
  type        = string
  default     = "15m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+[smhd]|P.+)$", var.lookback))
    error_message = "lookback is \"${var.lookback}\"; expected a duration such as \"30s\", \"15m\", \"1h\" or \"PT15M\"."
  }
}

variable "run_limits" {
  description = "Budget of one run: rows, bytes of CSV, time of reading, and connections to the source. See docs/configuration.md before raising them."
  type = object({
    max_rows           = optional(number, 2000000)
    max_bytes          = optional(number, 1073741824)
    max_time           = optional(string, "5m")
    source_connections = optional(number, 2)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.run_limits.max_rows >= 1 && var.run_limits.max_bytes >= 1 && var.run_limits.source_connections >= 1 && var.run_limits.source_connections <= 16
    error_message = "run_limits: max_rows and max_bytes must be 1 at least, source_connections from 1 to 16."
  }
}

variable "vpc_subnet_ids" {
  description = "Subnets to attach the functions to, where the databases can be reached only from inside a VPC. Private ones, in at least two availability zones; empty: no VPC."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.vpc_subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))])
    error_message = "vpc_subnet_ids has something that is no ID of a subnet (subnet-…)."
  }
}

variable "vpc_security_group_ids" {
  description = "Security groups of the functions in the VPC. They must allow connections to both databases, and to port 443 for S3 and Secrets Manager."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.vpc_security_group_ids : can(regex("^sg-[0-9a-z]+$", id))])
    error_message = "vpc_security_group_ids has something that is no ID of a security group (sg-…)."
  }
  validation {
    condition     = (length(var.vpc_subnet_ids) == 0) == (length(var.vpc_security_group_ids) == 0)
    error_message = "vpc_subnet_ids and vpc_security_group_ids go together: give both, or neither."
  }
}

variable "create_vpc_endpoints" {
  description = "Whether the VPC gets the endpoints that functions without a way to the internet need: a gateway for S3 and an interface for Secrets Manager. False if it has them, or a NAT gateway, already."
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key_arn" {
  description = "Customer managed key that encrypts buckets, logs, queue, topic, state machine and environment variables; its key policy must let those services use it (docs/deployment.md has it). Null: keys of AWS."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn is no ARN of a key (arn:aws:kms:<region>:<account>:key/…). An alias will not do: policies need the key itself."
  }
}

variable "protect_data" {
  description = "Whether \"terraform destroy\" refuses to delete buckets that hold data: the ingestion bucket is the only history there is. Null: only where environment is called prod… or live…, or ends so."
  type        = bool
  default     = null
}

variable "log_retention_days" {
  description = "How long logs are kept. One of the numbers that CloudWatch Logs knows."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}; CloudWatch Logs knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 and 3653."
  }
}

variable "silence_minutes" {
  description = "How long there may be no successful tick before an alarm says so: a multiple of 5, three times the schedule's rate or more. If a round of a first load takes longer, the alarms about silence ring in between: set it larger then."
  type        = number
  default     = 15
  nullable    = false

  validation {
    condition     = var.silence_minutes >= 10 && var.silence_minutes <= 1440 && var.silence_minutes % 5 == 0
    error_message = "silence_minutes is ${var.silence_minutes}; expected a multiple of 5 from 10 to 1440."
  }
  validation {
    condition = try(
      3 * tonumber(regex("^rate\\(([0-9]+) ", var.schedule_expression)[0]) * { minute = 1, hour = 60, day = 1440 }[regex(" (minute|hour|day)s?\\)$", var.schedule_expression)[0]] <= var.silence_minutes,
      true,
    )
    error_message = "silence_minutes is ${var.silence_minutes} with schedule_expression \"${var.schedule_expression}\"; expected three times the schedule's rate or more, so that one late tick is no alarm. Schedules slower than rate(8 hours) cannot be watched."
  }
}

variable "runbook_url" {
  description = "Where the people who get alarms find the runbook; anchors are appended. The default is its path in the repository."
  type        = string
  default     = "docs/runbook.md"
  nullable    = false
}

variable "monthly_budget_usd" {
  description = "An e-mail is sent when a month's costs pass 80 % of this, or are forecast to pass all of it. 0: no budget."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.monthly_budget_usd >= 0
    error_message = "monthly_budget_usd is ${var.monthly_budget_usd}; expected an amount in US dollars, or 0 for no budget."
  }
}

variable "budget_covers" {
  description = "What the budget counts: \"account\", everything; or \"pipeline\", only what bears this deployment's tag, which works once the cost allocation tag Deployment is activated in AWS Billing."
  type        = string
  default     = "account"
  nullable    = false

  validation {
    condition     = contains(["account", "pipeline"], var.budget_covers)
    error_message = "budget_covers is \"${var.budget_covers}\"; expected \"account\" or \"pipeline\"."
  }
}

variable "enable_lake" {
  description = "Whether the Parquet objects become tables of a Glue database, for Athena and others. Costs nothing by itself."
  type        = bool
  default     = true
  nullable    = false
}
