# What pull requests of one repository on GitHub need for a plan, without a key that somebody could lose: the workflow's
# token is exchanged for an hour of this role. Whoever may push to the repository may use it, so it reads settings and the
# state, and nothing else: no objects of the pipeline's buckets, no values of secrets, no logs. It writes nothing, not even
# the state's lock: a plan that was cancelled would leave it behind, and nobody could deploy.

locals {
  github_host = "token.actions.githubusercontent.com"
  any         = "arn:${local.partition}"
  deployed    = "*:${local.account_id}"

  # What Terraform calls to compare each kind of thing in ../*.tf with what there is. Where the resource is "*", AWS knows
  # nothing narrower for one of the actions.
  plan_reads = {
    Network = {
      actions = [
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribePrefixLists",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
      ]
      resources = ["*"]
    }
    Alarms = {
      actions   = ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"]
      resources = ["*"]
    }
    Logs = {
      actions   = ["logs:DescribeLogGroups", "logs:DescribeQueryDefinitions", "logs:ListTagsForResource"]
      resources = ["*"]
    }
    # The definition that is to be is sent along, so there is nothing to name yet.
    Definition = {
      actions   = ["states:ValidateStateMachineDefinition"]
      resources = ["*"]
    }
    StateMachine = {
      actions   = ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"]
      resources = ["${local.any}:states:${local.deployed}:stateMachine:totesys-*"]
    }
    Schedule = {
      actions = ["scheduler:GetSchedule", "scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"]
      resources = [
        "${local.any}:scheduler:${local.deployed}:schedule/totesys-*/*",
        "${local.any}:scheduler:${local.deployed}:schedule-group/totesys-*",
      ]
    }
    Functions = {
      actions = [
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ]
      resources = ["${local.any}:lambda:${local.deployed}:function:totesys-*"]
    }
    Roles = {
      actions   = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"]
      resources = ["${local.any}:iam::${local.account_id}:role/totesys-*"]
    }
    Queue = {
      actions   = ["sqs:GetQueueAttributes", "sqs:ListQueueTags"]
      resources = ["${local.any}:sqs:${local.deployed}:totesys-*"]
    }
    Topic = {
      actions   = ["sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource"]
      resources = ["${local.any}:sns:${local.deployed}:totesys-*"]
    }
    Budget = {
      actions   = ["budgets:ListTagsForResource", "budgets:ViewBudget"]
      resources = ["${local.any}:budgets::${local.account_id}:budget/totesys-*"]
    }
    Buckets = {
      actions = [
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketAcl",
        "s3:GetBucketCORS",
        "s3:GetBucketLocation",
        "s3:GetBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketRequestPayment",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:ListTagsForResource",
      ]
      resources = ["${local.any}:s3:::totesys-*"]
    }
    Lake = {
      actions = ["glue:GetDatabase", "glue:GetPartitionIndexes", "glue:GetTable", "glue:GetTags"]
      resources = [
        "${local.any}:glue:${local.deployed}:catalog",
        "${local.any}:glue:${local.deployed}:database/totesys_*",
        "${local.any}:glue:${local.deployed}:table/totesys_*/*",
      ]
    }
    QuickSight = {
      actions = [
        "quicksight:DescribeDashboard",
        "quicksight:DescribeDashboardDefinition",
        "quicksight:DescribeDashboardPermissions",
        "quicksight:DescribeDataSet",
        "quicksight:DescribeDataSetPermissions",
        "quicksight:DescribeDataSetRefreshProperties",
        "quicksight:DescribeDataSource",
        "quicksight:DescribeDataSourcePermissions",
        "quicksight:DescribeRefreshSchedule",
        "quicksight:ListRefreshSchedules",
        "quicksight:ListTagsForResource",
      ]
      resources = ["${local.any}:quicksight:${local.deployed}:*/totesys-*"]
    }
    # Names and keys of secrets, never their values. Their names are the deployments' own business.
    Secrets = {
      actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"]
      resources = ["${local.any}:secretsmanager:${local.deployed}:secret:*"]
    }
    SecretKeys = {
      actions   = ["kms:DescribeKey"]
      resources = ["${local.any}:kms:${local.deployed}:key/*"]
    }
    State = {
      actions   = ["s3:GetObject"]
      resources = ["${local.bucket_arn}/${local.state_key}", "${local.bucket_arn}/env:/*/${local.state_key}"]
    }
  }

  plan_policy = {
    Version = "2012-10-17"
    Statement = concat(
      [for sid, statement in local.plan_reads : {
        Sid      = "Read${sid}"
        Effect   = "Allow"
        Action   = statement.actions
        Resource = statement.resources
      }],
      [
        # Whatever else somebody attaches to this role.
        {
          Sid         = "NoObjects"
          Effect      = "Deny"
          Action      = ["s3:GetObject", "s3:GetObjectVersion"]
          NotResource = local.plan_reads.State.resources
        },
        {
          Sid      = "NoSecrets"
          Effect   = "Deny"
          Action   = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"]
          Resource = "*"
        },
      ],
      # Environment variables, the state machine's definition and the schedule's input: not what S3 or a queue holds.
      length(var.kms_key_arns) == 0 ? [] : [{
        Sid      = "DecryptSettings"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = var.kms_key_arns
        Condition = {
          StringLike = { "kms:ViaService" = ["lambda.*.amazonaws.com", "scheduler.*.amazonaws.com", "states.*.amazonaws.com"] }
        }
      }],
    )
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_repository != null && var.create_github_oidc_provider ? 1 : 0

  url            = "https://${local.github_host}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "plan" {
  count = var.github_repository == null ? 0 : 1

  name        = "totesys-etl-github-plan"
  description = "What a plan on a pull request of ${var.github_repository} may read"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "${local.any}:iam::${local.account_id}:oidc-provider/${local.github_host}" }
      Condition = {
        StringEquals = {
          "${local.github_host}:aud" = "sts.amazonaws.com"
          "${local.github_host}:sub" = "repo:${var.github_repository}:pull_request"
        }
      }
    }]
  })

  # Named by what it will be called; IAM wants to see it first.
  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "plan" {
  count = var.github_repository == null ? 0 : 1

  name   = "plan"
  role   = aws_iam_role.plan[0].id
  policy = jsonencode(local.plan_policy)
}
