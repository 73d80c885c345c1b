"""Speaks for the official Python SDK: reads what to call, a JSON line each, and writes what came of it."""

import json
import re
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdksdrs import v1 as sdrs

KIND = {"sync": sdrs.SdrsClient, "async": sdrs.SdrsAsyncClient}[sys.argv[1]]
CLIENTS = {}


def client(settings):
    """One client for the same settings, so that its connections live on; or the exception that it was not built with."""
    key = json.dumps(settings, sort_keys=True)
    if key not in CLIENTS:
        credentials = BasicCredentials(settings["ak"], settings["sk"], settings.get("project"))
        # Without details of the host in User-Agent; a hang is a failure, not a wait.
        config = HttpConfig(
            user_agent="sdrs-mock-compat", timeout=(5, 30), ssl_ca_cert=settings.get("ca"),
            ignore_ssl_verification=settings.get("insecure", False))
        builder = KIND.new_builder().with_http_config(config)
        if "region" in settings:
            credentials.with_iam_endpoint(settings["endpoint"])
            builder.with_region(Region(settings["region"], settings["endpoint"]))
        else:
            builder.with_endpoint(settings["endpoint"])
        CLIENTS[key] = builder.with_credentials(credentials).build()
    return CLIENTS[key]


def started(sdk, call):
    """The call on its way: synchronous calls through their invoker, which is how an application adds a header."""
    method = re.sub(r"(?<!^)([A-Z])", r"_\1", call["operation"]).lower()
    request = getattr(sdrs, call["operation"] + "Request")(**call["members"])
    if KIND is sdrs.SdrsClient and not call["headers"]:
        return lambda: getattr(sdk, method)(request)
    invoker = getattr(sdk, method + ("_invoker" if KIND is sdrs.SdrsClient else "_async_invoker"))(request)
    for name, value in call["headers"].items():
        invoker.add_header(name, value)
    pending = invoker.invoke()
    return pending.result if KIND is sdrs.SdrsAsyncClient else lambda: pending


def outcome(call):
    try:
        answer = call()
    except Exception as error:  # whatever an application would meet; the asynchronous client lets others than its own out
        members = {"status": "status_code", "code": "error_code", "message": "error_msg", "request_id": "request_id"}
        seen = {name: getattr(error, attribute, None) for name, attribute in members.items()}
        return {"error": {"kind": type(error).__name__, "text": str(error), **seen}}
    return {"answer": answer.to_dict(), "raw": answer.to_json_object(), "status": answer.status_code}


def at_once(sdk, calls):
    """The asynchronous client starts all calls before it waits for the first."""
    if KIND is sdrs.SdrsAsyncClient:
        return [outcome(call) for call in [started(sdk, call) for call in calls]]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(lambda call: outcome(lambda: started(sdk, call)()), calls))


for line in sys.stdin:
    asked = json.loads(line)
    try:
        sdk = client(asked["client"])
        replies = at_once(sdk, asked["calls"])
    except SdkException as error:
        replies = [{"error": {"kind": type(error).__name__, "text": str(error)}}] * len(asked["calls"])
    print(json.dumps(replies), flush=True)
