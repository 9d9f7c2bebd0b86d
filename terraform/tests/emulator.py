"""AWS on loopback for the deployment test: moto, with what the stack of this folder needs and moto 5.2 lacks.

    python3 emulator.py http://127.0.0.1:<port of the test>

prints where it answers and ends when its standard input is closed. Three things are as on AWS and not as in moto:
state machines run; functions are run by the test, to which invocations are forwarded; and functions, state machine and
schedule may do what the policies of their roles allow (conditions are left out, our roles have none by default), to objects
only what the policies of the buckets do not deny.
"""

import copy
import json
import logging
import os
import re
import sys
import threading
import time
import types
import urllib.request
import uuid
from datetime import datetime
from fnmatch import fnmatchcase
from io import BytesIO
from urllib.parse import parse_qs

try:
    import boto3
    from botocore.config import Config
    from moto.awslambda.models import LambdaFunction
    from moto.budgets.responses import BudgetsResponse
    from moto.cloudwatch.responses import CloudWatchResponse
    from moto.core.config import default_user_config
    from moto.core.responses import ActionResult, BaseResponse
    from moto.core.utils import get_service_model
    from moto.iam.models import iam_backends
    from moto.logs.responses import LogsResponse
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.s3.models import FakeBucket, s3_backends
    from moto.stepfunctions.models import StateMachine
    from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
    from moto.stepfunctions.responses import StepFunctionResponse
    from moto.sts.models import sts_backends
    from werkzeug.serving import make_server
except ImportError as e:
    sys.exit(f"{e}; pip install 'moto[all,server]==5.2.1' brings it")

ACCOUNT = "123456789012"
PARTITION = "aws"
# Waiting for a database that is away is not what the test is about.
RETRY_WAIT = 0.05
# boto3 makes one client at a time.
CLIENTS = threading.Lock()


# What moto refuses, and Terraform's AWS provider asks for

def not_implemented_is_final(call_action=BaseResponse.call_action):
    """The provider tries again for minutes after the 500 that moto answers otherwise."""

    def answer(self):
        try:
            return call_action(self)
        except NotImplementedError as e:
            error = {"__type": "NotImplemented", "message": str(e)}
            return 501, {"x-amzn-ErrorType": "NotImplemented", "Content-Type": "application/json"}, json.dumps(error)

    BaseResponse.call_action = answer


def composite_alarms():
    CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm


def query_definitions():
    definitions = {}

    def put(self):
        definition = {name: self._get_param(name) for name in ("name", "queryString", "logGroupNames")}
        identity = self._get_param("queryDefinitionId") or str(uuid.uuid4())
        definitions[identity] = definition | {"queryDefinitionId": identity}
        return json.dumps({"queryDefinitionId": identity})

    def describe(self):
        return json.dumps({"queryDefinitions": list(definitions.values())})

    def delete(self):
        return json.dumps({"success": definitions.pop(self._get_param("queryDefinitionId"), None) is not None})

    LogsResponse.put_query_definition = put
    LogsResponse.describe_query_definitions = describe
    LogsResponse.delete_query_definition = delete


def budgets(create_budget=BudgetsResponse.create_budget):
    tags = {}

    def create(self):
        answer = create_budget(self)
        tags[self._get_param("Budget")["BudgetName"]] = self._get_param("ResourceTags", [])
        return answer

    def list_tags(self):
        return json.dumps({"ResourceTags": tags[self._get_param("ResourceARN").rpartition("/")[2]]})

    def describe_subscribers(self):
        budget = self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]
        kind = self._get_param("Notification")["NotificationType"]
        subscribers = [n.subscribers for n in budget.notifications if n.details["NotificationType"] == kind]
        return json.dumps({"Subscribers": subscribers[0]})

    BudgetsResponse.create_budget = create
    BudgetsResponse.list_tags_for_resource = list_tags
    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers


def state_machine_definitions():
    def validate(self):
        try:
            AmazonStateLanguageParser.parse(self._get_param("definition"))
        except Exception as e:
            finding = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": repr(e)}
            return ActionResult({"result": "FAIL", "diagnostics": [finding]})
        return ActionResult({"result": "OK", "diagnostics": []})

    StepFunctionResponse.validate_state_machine_definition = validate
    StepFunctionResponse.list_state_machine_versions = lambda self: ActionResult({"stateMachineVersions": []})


# What moto forgets, so that every plan would change it again

def function_configuration(init=LambdaFunction.__init__, get_configuration=LambdaFunction.get_configuration):
    def create(self, account_id, spec, region, version=1):
        init(self, account_id, spec, region, version)
        self.kept = {name: spec[name] for name in ("SnapStart", "LoggingConfig") if name in spec}

    def describe(self, on_create=False):
        return get_configuration(self, on_create) | self.kept

    LambdaFunction.__init__ = create
    LambdaFunction.get_configuration = describe


# State machines

def state_machines():
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    # An execution keeps a copy of its state machine, and moto copies all earlier executions with it: their locks cannot be.
    StateMachine.__deepcopy__ = lambda self, memo: copy.copy(self)
    retrier_decl.time = types.SimpleNamespace(sleep=lambda seconds: time.sleep(seconds * RETRY_WAIT))
    lambda_eval_utils.boto_client_for = client_of_role
    state_task_service_aws_sdk.boto_client_for = client_of_role

    # "Parameters" and results of aws-sdk integrations are written in PascalCase, whatever the service writes.
    def operation(self):
        name = self.resource.api_action
        return get_service_model(self._get_boto_service_name()).operation_model(name[0].upper() + name[1:])

    def request(self, parameters, *_):
        self._to_boto_request(parameters, operation(self).input_shape)

    def response(self, answer, *_):
        self._from_boto_response(answer, operation(self).output_shape)
        answer.update(json.loads(json.dumps(answer, default=datetime.isoformat)))

    state_task_service_aws_sdk.StateTaskServiceAwsSdk._normalise_parameters = request
    state_task_service_aws_sdk.StateTaskServiceAwsSdk._normalise_response = response


def client_of_role(region, service, state_credentials):
    credentials = assume(state_credentials.role_arn, "states", region)
    with CLIENTS:
        return boto3.client(
            service,
            endpoint_url=endpoint(),
            region_name=region,
            config=Config(read_timeout=960, retries={"total_max_attempts": 1}),
            **{name.lower(): value for name, value in credentials.items()},
        )


def assume(role_arn, service, region):
    if f'"{service}.amazonaws.com"' not in role_of(role_arn).assume_role_policy_document:
        raise PermissionError(f"{role_arn} does not trust {service}")
    role = sts_backends[ACCOUNT][PARTITION].assume_role(region, "emulator", role_arn, None, 3600, None)
    return {
        "AWS_ACCESS_KEY_ID": role.access_key_id,
        "AWS_SECRET_ACCESS_KEY": role.secret_access_key,
        "AWS_SESSION_TOKEN": role.session_token,
    }


def endpoint():
    return "http://127.0.0.1:" + os.environ["MOTO_PORT"]


# Functions

def functions(runner):
    """An invocation goes to the test, together with all that Terraform said of the function."""

    def invoke(self, event=None):
        invocation = {
            "name": self.function_name,
            "handler": self.handler,
            "codeSha256": self.code_sha_256,
            "memoryMb": self.memory_size,
            "timeoutSeconds": self.timeout,
            "environment": self.environment_vars
            | assume(self.role, "lambda", self.region)
            | {"AWS_REGION": self.region, "AWS_ENDPOINT_URL": endpoint()},
            "event": json.dumps(event),
        }
        answer = urllib.request.urlopen(urllib.request.Request(runner, json.dumps(invocation).encode())).read()
        outcome = json.loads(answer)
        return json.dumps(outcome["body"]), outcome["failed"], ""

    LambdaFunction._invoke_lambda = invoke


# Permissions

class Permissions:
    """Lets a request through unless the policies of the role that makes it, or those of the bucket, are against it."""

    def __init__(self, application):
        self.application = application
        # This class knows the conditions that our policies have; moto denies what has a condition.
        FakeBucket.get_permission = lambda *_: None

    def __call__(self, environ, start_response):
        request = Request(environ)
        reason = refused_by_role(request) or refused_by_bucket(request)
        if reason is None:
            return self.application(environ, start_response)
        identity = ("x-amzn-RequestId", str(uuid.uuid4()))
        if request.service == "s3":
            start_response("403 Forbidden", [("Content-Type", "application/xml"), identity])
            return [f"<Error><Code>AccessDenied</Code><Message>{reason}</Message></Error>".encode()]
        start_response("400 Bad Request", [("Content-Type", "application/json"), identity])
        return [json.dumps({"__type": "AccessDeniedException", "message": reason}).encode()]


class Request:
    """Who asks for what."""

    OBJECT_ACTIONS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "POST": "PutObject"}

    def __init__(self, environ):
        signature = re.search("Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        self.access_key, self.service = signature.groups() if signature else (None, None)
        self.method = environ["REQUEST_METHOD"]
        self.query = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
        self.if_none_match = environ.get("HTTP_IF_NONE_MATCH")
        self.bucket, _, self.key = environ["PATH_INFO"].lstrip("/").partition("/")
        self.action, self.resource = self.access(environ)

    def access(self, environ):
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        function = re.fullmatch("/2015-03-31/functions/(.+)/invocations", environ["PATH_INFO"])
        if self.service == "s3" and self.key:
            return "s3:" + self.object_action(), f"arn:{PARTITION}:s3:::{self.bucket}/{self.key}"
        if function:
            return "lambda:InvokeFunction", function[1]
        if operation:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
            parameters = json.loads(body or "{}")
            return f"{self.service}:{operation}", parameters.get("SecretId") or parameters.get("stateMachineArn")
        return None, None

    def object_action(self):
        if self.method == "DELETE":
            return "AbortMultipartUpload" if "uploadId" in self.query else "DeleteObject"
        return self.OBJECT_ACTIONS[self.method]

    def object_exists(self):
        buckets = s3_backends[ACCOUNT][PARTITION].buckets
        return self.bucket in buckets and self.key in buckets[self.bucket].keys

    def makes_object(self):
        return self.method == "PUT" and "partNumber" not in self.query or self.method == "POST" and "uploadId" in self.query


def refused_by_role(request):
    role = sts_backends[ACCOUNT][PARTITION].get_assumed_role_from_access_key(request.access_key)
    if role is None:
        return None
    documents = [json.loads(policy) for policy in role_of(role.role_arn).policies.values()]

    def may(action, resource):
        return any(matches(statement, "Allow", action, resource) for d in documents for statement in d["Statement"])

    if not may(request.action, request.resource):
        return f"{role.role_arn} may not {request.action} on {request.resource}"
    if request.action == "s3:GetObject" and not request.object_exists():
        # Whoever may not list a bucket does not learn what is missing.
        if not may("s3:ListBucket", request.resource.partition("/")[0]):
            return f"{role.role_arn} may not s3:ListBucket on {request.bucket}, which lacks {request.key}"
    return None


def refused_by_bucket(request):
    bucket = s3_backends[ACCOUNT][PARTITION].buckets.get(request.bucket) if request.action else None
    if bucket is None or bucket.policy is None:
        return None
    context = {
        "aws:SecureTransport": "true",
        "s3:if-none-match": request.if_none_match,
        "s3:ObjectCreationOperation": "true" if request.makes_object() else "false",
    }
    for statement in json.loads(bucket.policy)["Statement"]:
        if matches(statement, "Deny", request.action, request.resource) and holds(statement["Condition"], context):
            return f"policy of {request.bucket}: {statement['Sid']}"
    return None


def role_of(arn):
    return iam_backends[ACCOUNT][PARTITION].get_role(arn.rpartition("/")[2])


def matches(statement, effect, action, resource):
    def one_of(patterns, value):
        return any(fnmatchcase(str(value), pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))

    return (
        statement["Effect"] == effect
        and one_of(statement["Action"], action)
        and one_of(statement["Resource"], resource)
    )


def holds(conditions, context):
    return all(
        (context[name] is None) == (expected == "true") if test == "Null" else context[name] == expected
        for test, condition in conditions.items()
        for name, expected in condition.items()
    )


def main(runner):
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    not_implemented_is_final()
    composite_alarms()
    query_definitions()
    budgets()
    state_machine_definitions()
    function_configuration()
    state_machines()
    functions(runner)
    server = make_server("127.0.0.1", 0, Permissions(DomainDispatcherApplication(create_backend_app)), threaded=True)
    os.environ["MOTO_PORT"] = str(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(endpoint(), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
