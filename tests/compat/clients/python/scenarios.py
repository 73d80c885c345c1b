"""What users of the official Python SDK see of the mock: `scenarios.py URL DIALECT`, one line a scenario."""

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
from concurrent.futures import ThreadPoolExecutor

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, SdkException, ServerResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.http.http_handler import HttpHandler
from huaweicloudsdkcore.retry.backoff_strategy import BackoffStrategies
from huaweicloudsdksdrs.v1 import (
    ListDisasterRecoveryDrillsRequest as ListRequest,
    SdrsAsyncClient,
    SdrsClient,
    ShowDisasterRecoveryDrillRequest as ShowRequest,
    UpdateDisasterRecoveryDrillNameRequest as RenameRequest,
    UpdateDisasterRecoveryDrillNameRequestBody as RenameBody,
    UpdateDisasterRecoveryDrillNameRequestParams as RenameParams,
)
from huaweicloudsdksdrs.v1.region.sdrs_region import SdrsRegion

URL, DIALECT = sys.argv[1:]
DOCUMENTED = DIALECT == "documented"

# Of the world that every project starts with: two drills of one group, the newer one first in a list.
DRILL, NEWER = "e472d26f-9624-42fb-8bfc-717d4714c225", "1b6453fa-71e0-4c0c-8a4e-5d2f9be07c36"
GROUP, VPC = "c2aee29a-2959-4d01-9755-01cc76a4d17d", "7881f1d2-1f41-419c-873a-14ac620bc46e"
NOBODY = "00000000-0000-4000-8000-000000000000"

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
    credentials = BasicCredentials("any-access-key", "any-secret-key", project or uuid.uuid4().hex)
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


def absent(code, message, call, /, *arguments):
    """What the URL names does not exist: the one case in which the dialects differ by the status."""
    return refused(404 if DOCUMENTED else 400, code, message, call, *arguments)


@scenario
def a_drill_is_renamed_and_shown_with_its_new_name():
    sdk = client()
    before = show(sdk).to_dict()
    answer = rename(sdk, "new_dr_drill_name")
    equal(answer.status_code, 200)
    after = answer.disaster_recovery_drill.to_dict()
    changed = {member for member in before if before[member] != after[member]}
    equal(changed, {"name", "updated_at"})
    equal(after["name"], "new_dr_drill_name")
    assert all(value is not None for value in after.values()), f"a member is missing: {after}"
    assert all(server["drill_server_id"] for server in after["drill_servers"]), after
    equal(show(sdk).to_dict(), after)
    equal(listed(sdk, name="new_dr_drill_name"), (1, [DRILL]))


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
def names_of_64_bytes_are_taken():
    sdk = client()
    for name in ("a" * 64, "演" * 21 + "a", "._-"):
        equal(rename(sdk, name).disaster_recovery_drill.name, name)


@scenario
def bad_names_are_refused_and_change_nothing():
    sdk = client()
    before = show(sdk).to_dict()
    for name in ("", "a" * 65, "演" * 22, "a b", " a", "a/b", "a<b", "é", "ａ", "a\n"):
        refused(400, "SDRS.0202", "Invalid name", rename, sdk, name)
    refused(400, "SDRS.0202", "Invalid name", rename, sdk, None)
    equal(show(sdk).to_dict(), before)


@scenario
def bodies_of_another_shape_are_refused():
    sdk = client()
    call = sdk.update_disaster_recovery_drill_name
    for body in ({}, {"name": "x"}, {"disaster_recovery_drill": "x"}, {"disaster_recovery_drill": {"name": 1}}, None):
        refused(400, "SDRS.0201", "Invalid request parameters", call, RenameRequest(DRILL, body))


@scenario
def a_drill_that_does_not_exist_is_not_found():
    sdk = client()
    absent("SDRS.1902", "DR drill not found", rename, sdk, "x", NOBODY)
    absent("SDRS.1902", "DR drill not found", show, sdk, NOBODY)


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
def lists_are_filtered():
    sdk = client()
    equal(listed(sdk), (2, [NEWER, DRILL]))
    for query, expected in (
        ({"name": "drill_2018"}, [NEWER]),
        ({"name": "no such name"}, []),
        ({"drill_vpc_id": VPC}, [DRILL]),
        ({"drill_vpc_id": NOBODY}, []),
        ({"server_group_id": GROUP}, [NEWER, DRILL]),
        ({"server_group_id": NOBODY}, []),
        ({"status": "available"}, [NEWER, DRILL]),
        ({"status": "deleting"}, []),
        ({"server_group_id": GROUP, "status": "available", "name": "test", "drill_vpc_id": VPC}, [DRILL]),
    ):
        equal(listed(sdk, **query), (len(expected), expected))


@scenario
def lists_come_in_pages():
    sdk = client()
    for query, expected in (
        ({"limit": 1}, [NEWER]),
        ({"limit": 1, "offset": 1}, [DRILL]),
        ({"limit": 1, "offset": 2}, []),
        ({"offset": 1}, [DRILL]),
        ({"limit": 1000, "offset": 0}, [NEWER, DRILL]),
        ({"limit": 1000, "offset": 1000000}, []),
    ):
        equal(listed(sdk, **query), (2, expected))
    equal(listed(sdk, name="test", limit=1, offset=1), (1, []))


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


@scenario
def the_asynchronous_client_sees_the_same():
    sdk = client(SdrsAsyncClient)
    answer = sdk.update_disaster_recovery_drill_name_async(rename_request("asynchronous")).result()
    equal(answer.disaster_recovery_drill.name, "asynchronous")
    equal(sdk.show_disaster_recovery_drill_async(ShowRequest(DRILL)).result().disaster_recovery_drill.name, "asynchronous")
    equal(sdk.list_disaster_recovery_drills_async(ListRequest(limit=1)).result().count, 2)
    pending = sdk.update_disaster_recovery_drill_name_async(rename_request("x", NOBODY))
    absent("SDRS.1902", "DR drill not found", pending.result)
    pending = sdk.update_disaster_recovery_drill_name_async(rename_request("a b"))
    refused(400, "SDRS.0202", "Invalid name", pending.result)


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
def fifty_renames_at_once_all_succeed_and_one_of_them_stays():
    sdk = client()
    names = [f"drill-{number}" for number in range(50)]
    with ThreadPoolExecutor(len(names)) as threads:
        answered = list(threads.map(lambda name: rename(sdk, name).disaster_recovery_drill.name, names))
    equal(answered, names)
    assert show(sdk).name in names
    equal(listed(sdk)[0], 2)


@scenario
def a_rename_in_one_project_is_not_seen_in_another():
    one, other = client(), client()
    rename(one, "mine")
    equal(show(other).name, "dr_drill_test")


@scenario
def an_application_that_names_its_region_is_led_here_by_the_environment_or_by_a_file():
    for region in ("cn-north-4", "cn-east-3"):  # the first in HUAWEICLOUD_SDK_REGION_…, the second in regions.yaml
        credentials = BasicCredentials("any-access-key", "any-secret-key", uuid.uuid4().hex)
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
    readme = pathlib.Path(__file__).parents[3].joinpath("README.md").read_text(encoding="utf-8")
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
