variable "aws_region" {
  description = "AWS region of the bucket that holds Terraform's state."
  type        = string
  default     = "eu-west-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "aws_region is \"${var.aws_region}\"; expected the code of a region, such as \"eu-west-2\"."
  }
}

variable "github_repository" {
  description = "Repository on GitHub whose pull requests may plan, as it stands in the subject of its tokens: \"owner/name\", or \"owner@1234/name@5678\" where subjects are immutable (repositories made, renamed or transferred since July 2026). Null: no role for plans."
  type        = string
  default     = null

  # No asterisk gets in: policies compare with StringEquals, but nobody should have to rely on that alone.
  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9_.-]+(@[0-9]+)?/[A-Za-z0-9_.-]+(@[0-9]+)?$", var.github_repository))
    error_message = "github_repository is \"${coalesce(var.github_repository, "null")}\"; expected \"owner/name\" or \"owner@1234/name@5678\". \"gh api repos/owner/name/actions/oidc/customization/sub\" has it as sub_claim_prefix, behind \"repo:\"."
  }
}

variable "create_github_oidc_provider" {
  description = "Whether the account's OIDC provider of GitHub is made as well, of which an account can have only one. False: there is one already, that takes the audience sts.amazonaws.com."
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key_arns" {
  description = "The deployments' kms_key_arn, where they have one: a plan can compare settings that are encrypted with it only if it may decrypt them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", arn))])
    error_message = "kms_key_arns has something that is no ARN of a key (arn:aws:kms:<region>:<account>:key/…)."
  }
}
