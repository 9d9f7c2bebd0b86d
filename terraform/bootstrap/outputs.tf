output "state_bucket" {
  description = "Bucket of Terraform's state."
  value       = aws_s3_bucket.state.id
}

output "state_key" {
  description = "Key of the state of an environment, behind \"env:/<environment>/\"."
  value       = local.state_key
}

output "state_region" {
  description = "AWS region of that bucket."
  value       = var.aws_region
}

output "github_plan_role_arn" {
  description = "Role that pull requests plan with: the repository's variable AWS_PLAN_ROLE_ARN. Null if there is no github_repository."
  value       = one(aws_iam_role.plan[*].arn)
}
