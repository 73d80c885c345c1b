"""What only users of the official Python SDK see of the mock: `scenarios.py URL DIALECT`, one line a scenario."""

import contextlib
import io
import json
import os
import pathlib
import re
import sys
import traceback
import urllib.request
import uuid

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, SdkException, ServerResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.http.http_handler import HttpHandler
from huaweicloudsdkcore.retry.backoff_strategy import BackoffStrategies
from huaweicloudsdksdrs.v1 import (
    ListDisasterRecoveryDrillsRequest as ListRequest,
    SdrsClient,
    ShowDisasterRecoveryDrillRequest as ShowRequest,
    UpdateDisasterRecoveryDrillNameRequest as RenameRequest,
    UpdateDisasterRecoveryDrillNameRequestBody as RenameBody,
    UpdateDisasterRecoveryDrillNameRequestParams as RenameParams,
)
from huaweicloudsdksdrs.v1.region.sdrs_region import SdrsRegion

URL, DIALECT = sys.argv[1:]

# Of the world that every project starts with.
DRILL = "e472d26f-9624-42fb-8bfc-717d4714c225"

SCENARIOS = []


def scenario(function):
    """Registers a function as a scenario; its name is the sentence that is printed."""
    SCENARIOS.append(function)
    return function


def settings():
    """Without the host's details, which the SDK would send along otherwise; a hang is a failure, not a wait."""
    return HttpConfig(user_agent="sdrs-mock-compat", timeout=(5, 30))


def client(kind=SdrsClient, project=None, handler=None, endpoint=URL):
    """A client of a project that nobody else uses, hence of a world of its own."""
    credentials = BasicCredentials("AKMOCK", "SKMOCK", project or uuid.uuid4().hex)
    builder = kind.new_builder().with_http_config(settings()).with_credentials(credentials).with_endpoint(endpoint)
    return (builder.with_http_handler(handler) if handler else builder).build()


def rename_request(name, drill=DRILL):
    return RenameRequest(drill, RenameBody(RenameParams(name)))


def rename(sdk, name, drill=DRILL):
    return sdk.update_disaster_recovery_drill_name(rename_request(name, drill))


def show(sdk, drill=DRILL):
    return sdk.show_disaster_recovery_drill(ShowRequest(drill)).disaster_recovery_drill


def listed(sdk, **query):
    """The answer's count and the IDs of its drills."""
    answer = sdk.list_disaster_recovery_drills(ListRequest(**query))
    return answer.count, [drill.id for drill in answer.disaster_recovery_drills]


def equal(seen, expected):
    assert seen == expected, f"expected {expected!r}, saw {seen!r}"


def refused(status, code, message, call, /, *arguments, **named):
    """The call must raise what users catch, with each member filled in."""
    try:
        answer = call(*arguments, **named)
    except ClientRequestException as error:
        equal((error.status_code, error.error_code), (status, code))
        # The catalogue's text to the letter; a detail may follow.
        assert error.error_msg == message or error.error_msg.startswith(message + ": "), error.error_msg
        assert re.fullmatch("[0-9a-f]{32}", error.request_id), f"request ID {error.request_id!r}"
        return error
    raise AssertionError(f"expected {status} {code}, saw {answer}")


@scenario
def a_chinese_name_is_sent_escaped_and_comes_back_as_it_is():
    bodies = []
    handler = HttpHandler().add_request_handler(lambda **sent: bodies.append(sent["request"].body))
    sdk = client(handler=handler)
    rename(sdk, "演练-2026")
    body = bodies[-1] if isinstance(bodies[-1], str) else bodies[-1].decode()
    assert r"\u6f14\u7ec3-2026" in body, body
    equal(show(sdk).name, "演练-2026")
    equal(listed(sdk, name="演"), (1, [DRILL]))


@scenario
def ids_that_cannot_be_one_are_refused():
    sdk = client()
    for drill in ("dr_drill_test", DRILL.replace("-", ""), DRILL + "0", "a/b"):
        refused(400, "SDRS.1900", "Invalid DR drill ID", rename, sdk, "x", drill)
        refused(400, "SDRS.1900", "Invalid DR drill ID", show, sdk, drill)
    refused(400, "SDRS.1901", "Null or empty DR drill ID", show, sdk, " ")
    refused(400, "SDRS.0001", "Invalid tenant ID", show, client(project="my project"))


@scenario
def a_path_of_no_operation_is_unknown():
    # An application that forgot the ID: the path ends with a slash.
    refused(404, "APIGW.0101", "The API does not exist or has not been published in the environment", show, client(), "")


@scenario
def a_body_over_the_limit_is_too_large():
    refused(413, "APIGW.0201", "Request entity too large.", rename, client(), "a" * (12 << 20))


@scenario
def bad_queries_are_refused():
    sdk = client()
    for query, code, message in (
        ({"server_group_id": "x"}, "SDRS.0207", "Invalid protection group ID"),
        ({"status": "protected"}, "SDRS.0209", "Incorrect status"),
        ({"drill_vpc_id": "x"}, "SDRS.0204", "Invalid VPC"),
        ({"limit": 1001}, "SDRS.0221", "limit value must be greater than 0 or less than 1000"),
        ({"offset": -1}, "SDRS.0222", "offset value cannot be negative, and must be an integer"),
    ):
        refused(400, code, message, listed, sdk, **query)


def control(method, path, body=None):
    """A call of the control plane."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/_mock/{path}", data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def retrying(sdk, name, retries):
    """A rename that is tried again after whatever an outage may be to the SDK."""

    def is_outage(_, error):
        return isinstance(error, SdkException) and not isinstance(error, ClientRequestException)

    invoker = sdk.update_disaster_recovery_drill_name_invoker(rename_request(name))
    return invoker.with_retry(is_outage, retries, BackoffStrategies.NONE).invoke()


def outage(project, **effect):
    """The first two renames of a project meet this effect."""
    match = {"operation": "UpdateDisasterRecoveryDrillName"}
    control("PUT", f"faults?project={project}", {"match": match, "when": {"first": 2}, "effect": effect})


def statuses(project):
    """What the renames of a project were answered with, the first one first; 0 is a broken connection."""
    asked = control("GET", f"requests?project={project}&operation=UpdateDisasterRecoveryDrillName")["requests"]
    return [request["status"] for request in reversed(asked)]


@scenario
def a_rename_with_retries_rides_over_two_503s():
    project = uuid.uuid4().hex
    sdk = client(project=project)
    outage(project, kind="error", status=503, retry_after="1s")
    equal(retrying(sdk, "after-an-outage", 3).disaster_recovery_drill.name, "after-an-outage")
    equal(statuses(project), [503, 503, 200])
    equal(show(sdk).name, "after-an-outage")


@scenario
def a_rename_with_retries_rides_over_broken_connections():
    for kind in ("reset", "empty"):
        project = uuid.uuid4().hex
        sdk = client(project=project)
        outage(project, kind=kind)
        equal(retrying(sdk, "after-an-outage", 3).disaster_recovery_drill.name, "after-an-outage")
        equal(statuses(project), [0, 0, 200])


@scenario
def an_outage_that_lasts_longer_than_the_retries_is_raised():
    project = uuid.uuid4().hex
    sdk = client(project=project)
    outage(project, kind="error", status=503)
    try:
        retrying(sdk, "x", 1)
    except ServerResponseException as error:
        equal((error.status_code, error.error_code, error.error_msg), (503, "503", "Service unavailable"))
    else:
        raise AssertionError("the outage was not raised")
    equal(statuses(project), [503, 503])
    equal(show(sdk).name, "dr_drill_test")


@scenario
def an_application_that_names_its_region_is_led_here_by_the_environment_or_by_a_file():
    for region in ("cn-north-4", "cn-east-3"):  # the first in HUAWEICLOUD_SDK_REGION_…, the second in regions.yaml
        credentials = BasicCredentials("AKMOCK", "SKMOCK", uuid.uuid4().hex)
        builder = SdrsClient.new_builder().with_http_config(settings()).with_credentials(credentials)
        equal(show(builder.with_region(SdrsRegion.value_of(region)).build()).name, "dr_drill_test")


@scenario
def the_path_of_an_endpoint_is_dropped():
    for path in ("/", "/a/path/"):
        equal(show(client(endpoint=URL + path)).name, "dr_drill_test")


@scenario
def credentials_from_the_environment_are_taken():
    names = {"AK": "any-access-key", "SK": "any-secret-key", "PROJECT_ID": uuid.uuid4().hex}
    variables = {f"HUAWEICLOUD_SDK_{name}": value for name, value in names.items()}
    os.environ.update(variables)
    try:
        sdk = SdrsClient.new_builder().with_http_config(settings()).with_endpoint(URL).build()
    finally:
        for variable in variables:
            del os.environ[variable]
    equal(show(sdk).name, "dr_drill_test")


@scenario
def the_examples_of_the_readme_print_what_it_says():
    readme = pathlib.Path(__file__).parents[4].joinpath("README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n# dialect (\w+)\n(.*?)```\n+```text\n(.*?)```", readme, re.DOTALL)
    equal(len(examples), readme.count("```python"))
    for dialect, code, output in examples:
        if dialect == DIALECT:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(code.replace("http://localhost:7705", URL), {"__name__": "readme"})
            equal(printed.getvalue(), output)


def main():
    failures = 0
    for function in SCENARIOS:
        sentence = function.__name__.replace("_", " ")
        try:
            function()
        except Exception:  # whatever it was, the other scenarios still tell something
            failures += 1
            print(f"FAILED: {sentence}")
            traceback.print_exc(limit=-3, file=sys.stdout)
        else:
            print(f"ok: {sentence}")
    print(f"{len(SCENARIOS) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
