variable "enable_quicksight" {
  description = "Whether QuickSight gets the revenue views of the warehouse and a dashboard of them. Needs a subscription of the account to QuickSight's Enterprise edition, and what docs/quicksight.md lists."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.enable_quicksight || length(var.quicksight_principals) > 0 && var.quicksight_secret_name != null && var.quicksight_warehouse != null
    error_message = "enable_quicksight is true; then set ${join(", ", compact([length(var.quicksight_principals) == 0 ? "quicksight_principals" : "", var.quicksight_secret_name == null ? "quicksight_secret_name" : "", var.quicksight_warehouse == null ? "quicksight_warehouse" : ""]))} as well. docs/quicksight.md says to what."
  }
}

variable "quicksight_principals" {
  description = "ARNs of the QuickSight users and groups that see the dashboard and may build their own from its data."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.quicksight_principals : can(regex("^arn:[a-z-]+:quicksight:[a-z0-9-]+:[0-9]{12}:(user|group)/.+/.+$", arn))])
    error_message = "quicksight_principals has something that is no ARN of a QuickSight user or group (arn:aws:quicksight:<region>:<account>:group/default/<name>): ${join(", ", [for arn in var.quicksight_principals : "\"${arn}\"" if !can(regex("^arn:[a-z-]+:quicksight:[a-z0-9-]+:[0-9]{12}:(user|group)/.+/.+$", arn))])}. \"aws quicksight list-groups\" has them."
  }
  validation {
    condition     = length(var.quicksight_principals) <= 64
    error_message = "quicksight_principals has ${length(var.quicksight_principals)} ARNs; QuickSight takes 64 at most. Put people into a group."
  }
}

variable "quicksight_secret_name" {
  description = "Name (not ARN) of the existing secret of a warehouse role that only reads, such as \"quicksight\" of docs/warehouse.md: JSON with username and password. QuickSight ignores what else is in it."
  type        = string
  default     = null

  validation {
    condition     = var.quicksight_secret_name == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.quicksight_secret_name))
    error_message = "quicksight_secret_name is \"${coalesce(var.quicksight_secret_name, "null")}\"; expected the name of a secret (letters, digits and /_+=.@-), not its ARN."
  }
  validation {
    condition     = var.quicksight_secret_name == null || var.quicksight_secret_name != var.warehouse_secret_name
    error_message = "quicksight_secret_name is the same secret as warehouse_secret_name; whoever writes SQL in QuickSight could change the warehouse with it. Make a role that only reads (docs/warehouse.md) and give it a secret of its own."
  }
}

variable "quicksight_warehouse" {
  description = "Where QuickSight reaches the warehouse. Not taken from a secret, since all of the secret would then be in Terraform's state."
  type = object({
    host     = string
    port     = optional(number, 5432)
    database = string
  })
  default = null

  validation {
    condition     = var.quicksight_warehouse == null || can(regex("^[A-Za-z0-9.-]{1,253}$", var.quicksight_warehouse.host))
    error_message = "quicksight_warehouse.host is \"${try(var.quicksight_warehouse.host, "null")}\"; expected the name of a host, without scheme and port."
  }
}

variable "quicksight_vpc_connection_arn" {
  description = "VPC connection of QuickSight to a warehouse that can be reached only from inside a VPC. Null: QuickSight reaches it over the internet."
  type        = string
  default     = null

  validation {
    condition     = var.quicksight_vpc_connection_arn == null || can(regex("^arn:[a-z-]+:quicksight:[a-z0-9-]+:[0-9]{12}:vpcConnection/.+$", var.quicksight_vpc_connection_arn))
    error_message = "quicksight_vpc_connection_arn is no ARN of a VPC connection (arn:aws:quicksight:<region>:<account>:vpcConnection/…). \"aws quicksight list-vpc-connections\" has them."
  }
}

variable "quicksight_import_mode" {
  description = "\"DIRECT_QUERY\": the dashboard asks the warehouse, and is as fresh as it. \"SPICE\": QuickSight keeps a copy, made anew every hour, and spares a large warehouse."
  type        = string
  default     = "DIRECT_QUERY"
  nullable    = false

  validation {
    condition     = contains(["DIRECT_QUERY", "SPICE"], var.quicksight_import_mode)
    error_message = "quicksight_import_mode is \"${var.quicksight_import_mode}\"; expected \"DIRECT_QUERY\" or \"SPICE\"."
  }
}
