terraform {
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }

  # State for a team. "make bootstrap" makes the bucket and writes this into backend.tf:
  #
  # backend "s3" {
  #   bucket              = "totesys-etl-state-123456789012-eu-west-2"
  #   key                 = "totesys-etl.tfstate"
  #   region              = "eu-west-2"
  #   use_lockfile        = true
  #   allowed_account_ids = ["123456789012"]
  # }
}

# No endpoint and no credentials: AWS_PROFILE, AWS_ENDPOINT_URL and their like decide where this goes.
provider "aws" {
  region = var.aws_region

  default_tags {
    tags = local.tags
  }
}
