"""Speaks for openstacksdk with otcextensions: reads what to call, a JSON line each, and writes what came of it."""

import json
import logging
import sys
from concurrent.futures import ThreadPoolExecutor

import openstack
from openstack import exceptions
from openstack.resource import Resource
from otcextensions import sdk

logging.disable(logging.CRITICAL)
CONNECTIONS = {}


def connection(cloud):
    """One connection for the same cloud: it keeps its token, its catalog and its TCP connections."""
    key = json.dumps(cloud, sort_keys=True)
    if key not in CONNECTIONS:
        # Only what is asked for; nothing of the user's own clouds.yaml or environment.
        made = openstack.connect(load_yaml_config=False, load_envvars=False, **cloud)
        sdk.register_otc_extensions(made)
        CONNECTIONS[key] = made
    return CONNECTIONS[key]


def plain(value):
    """An answer as JSON."""
    if isinstance(value, Resource):
        return plain(value.to_dict())
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if name != "location"}
    if isinstance(value, (list, tuple)) or hasattr(value, "__next__"):
        return [plain(row) for row in value]
    return value


def outcome(cloud, call):
    try:
        proxy = connection(cloud).sdrs
        proxy.additional_headers = call["headers"]
        return {"answer": plain(getattr(proxy, call["method"])(*call["arguments"], **call["named"]))}
    except Exception as error:  # whatever an application would meet
        seen = {"kind": type(error).__name__, "text": str(error)}
        if isinstance(error, exceptions.HttpException):
            seen |= {"status": error.status_code, "message": error.message, "request_id": error.request_id}
        return {"error": seen}


for line in sys.stdin:
    asked = json.loads(line)
    calls = asked["calls"]
    first = outcome(asked["client"], calls[0])  # logs in once; the others share its connection
    with ThreadPoolExecutor(max(len(calls) - 1, 1)) as threads:
        replies = [first, *threads.map(lambda call: outcome(asked["client"], call), calls[1:])]
    print(json.dumps(replies, default=str), flush=True)
