# What must hold of the state's bucket and of the role that pull requests get. Nothing is asked of AWS, and everything is
# only planned: what has prevent_destroy could not be taken down again.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

# Whatever this repository's terraform.tfvars says.
variables {
  aws_region                  = "eu-west-2"
  github_repository           = null
  create_github_oidc_provider = true
  kms_key_arns                = []
}

run "state_is_kept_and_private" {
  command = plan

  assert {
    condition     = aws_s3_bucket.state.bucket == "totesys-etl-state-123456789012-eu-west-2"
    error_message = "the name of the bucket differs from that in versions.tf and docs/deployment.md"
  }
  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "a state that was overwritten could not be restored"
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "the state is not encrypted"
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls,
      aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls,
      aws_s3_bucket_public_access_block.state.restrict_public_buckets,
    ])
    error_message = "the bucket could be opened to the public"
  }
  assert {
    condition = jsondecode(aws_s3_bucket_policy.state.policy).Statement == [{
      Sid       = "DenyInsecureTransport"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::totesys-etl-state-123456789012-eu-west-2", "arn:aws:s3:::totesys-etl-state-123456789012-eu-west-2/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "the bucket can be reached without TLS, or by somebody else"
  }
}

run "nobody_gets_a_role_unless_asked_for" {
  command = plan

  assert {
    condition     = length(aws_iam_role.plan) == 0 && length(aws_iam_openid_connect_provider.github) == 0 && output.github_plan_role_arn == null
    error_message = "there is a role or a provider although no repository was named"
  }
}

run "only_pull_requests_of_the_repository_are_trusted" {
  command = plan

  variables {
    github_repository = "octo-org@123456/octo.repo@456789"
  }

  assert {
    condition = jsondecode(aws_iam_role.plan[0].assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:octo-org@123456/octo.repo@456789:pull_request"
      } }
    }]
    error_message = "somebody else can assume the role"
  }
  assert {
    condition     = aws_iam_openid_connect_provider.github[0].client_id_list == toset(["sts.amazonaws.com"])
    error_message = "tokens for another audience are accepted"
  }
}

run "the_role_reads_and_does_nothing_else" {
  command = plan

  variables {
    github_repository = "octo-org/octo-repo"
    kms_key_arns      = ["arn:aws:kms:eu-west-2:123456789012:key/1234abcd"]
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.plan[0].policy).Statement : [
        for action in statement.Action : can(regex("^[a-z0-9]+:(Describe|Get|List|Validate|View)[A-Za-z]+$", action))
      ] if statement.Effect == "Allow" && statement.Sid != "DecryptSettings"
    ]))
    error_message = "a statement allows more than reading, or has an asterisk in an action"
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.plan[0].policy).Statement : statement.Sid => statement.Action if statement.Effect == "Deny" } == {
      NoObjects = ["s3:GetObject", "s3:GetObjectVersion"]
      NoSecrets = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"]
    }
    error_message = "objects or values of secrets are not denied"
  }
  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.plan[0].policy).Statement : statement.NotResource if statement.Sid == "NoObjects"]) == [
      "arn:aws:s3:::totesys-etl-state-123456789012-eu-west-2/totesys-etl.tfstate",
      "arn:aws:s3:::totesys-etl-state-123456789012-eu-west-2/env:/*/totesys-etl.tfstate",
    ]
    error_message = "objects beside the state can be read"
  }
  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.plan[0].policy).Statement : statement if statement.Sid == "DecryptSettings"
      ]).Condition == {
      StringLike = { "kms:ViaService" = ["lambda.*.amazonaws.com", "scheduler.*.amazonaws.com", "states.*.amazonaws.com"] }
    }
    error_message = "the deployments' key decrypts more than settings"
  }
  assert {
    condition     = length(aws_iam_role_policy.plan[0].policy) < 10240
    error_message = "IAM takes no policy of a role that is longer than 10,240 characters"
  }
}

run "an_existing_provider_is_used" {
  command = plan

  variables {
    github_repository           = "octo-org/octo-repo"
    create_github_oidc_provider = false
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0 && length(aws_iam_role.plan) == 1
    error_message = "an account can have only one provider of GitHub, and this one has it"
  }
}

run "rejects_a_repository_that_stands_for_several" {
  command = plan

  variables {
    github_repository = "octo-org/*"
  }

  expect_failures = [var.github_repository]
}

run "rejects_a_subject_in_the_place_of_a_repository" {
  command = plan

  variables {
    github_repository = "repo:octo-org/octo-repo:ref:refs/heads/main"
  }

  expect_failures = [var.github_repository]
}
