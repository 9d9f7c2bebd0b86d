# The deployment of the pipeline: buckets, functions, state machine, schedule and alarms will stand here.
terraform {
  required_version = ">= 1.11.0, < 2.0.0"
}
