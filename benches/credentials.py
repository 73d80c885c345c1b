"""What looking at credentials costs: the rename with a token and with a signature, checked and not looked at."""

import contextlib
import hashlib
import hmac
import json
import sys
import urllib.request

from common import WARM_UP, compared, in_turn, load, serving

# The reaches, checked by --check: requests per second where credentials are checked, of those where they are not.
TOKENS = 0.95
SIGNATURES = 0.80

MODES = ("strict", "off")
# What the load sends, as far as it is signed; where the two part, the signature is refused and the load fails.
PROJECT = "0123456789abcdef0123456789abcdef"
PATH = f"/v1/{PROJECT}/disaster-recovery-drills/e472d26f-9624-42fb-8bfc-717d4714c225"
BODY = b'{"disaster_recovery_drill":{"name":"new_dr_drill_name"}}'
DATE = "20260101T000000Z"


def figures(programs, arguments):
    """Both figures, each the median of the ratios of its rounds."""
    rows = []
    for what, headers, least in (("token", token, TOKENS), ("signature", signature, SIGNATURES)):
        connections = max(arguments.connections)
        what = f"Requests per second with a {what}, {connections} connections"
        seen = [one_round(programs, what, headers, connections, number, arguments) for number in range(arguments.rounds)]
        row, ratio = compared(what, seen, "rps", names=MODES)
        row.reach, row.reached = f"≥ {least}", ratio >= least
        rows.append(row)
    return rows


def one_round(programs, what, headers, connections, number, arguments):
    """Two servers in turn with the same credentials, of which one looks at them."""
    names = in_turn(number, MODES)
    with contextlib.ExitStack() as both:
        commands = [[*programs.command("server", 0), "--auth", mode, "--auth-skew", "off"] for mode in names]
        addresses = [both.enter_context(serving(command, arguments.cores[0]))[1] for command in commands]
        options = ["--connections", connections, "--seconds", arguments.seconds, "--warm-up", WARM_UP]
        options += [f"--headers={headers(address)}" for address in addresses]
        seen = dict(zip(names, load(programs, addresses, arguments.cores[1], *options), strict=True))
    strict, off = (seen[mode]["rps"] for mode in MODES)
    step = f"{what}, round {number + 1} of {arguments.rounds}"
    print(f"{step}: {strict:,.0f} / {off:,.0f} = {strict / off:.3f}", file=sys.stderr)
    return seen


def token(address):
    """A token of the default user, as its header."""
    domain = {"name": "OTC-TEST-00000000001"}
    user = {"name": "mock-user", "password": "mock-password", "domain": domain}
    identity = {"methods": ["password"], "password": {"user": user}}
    login = {"auth": {"identity": identity, "scope": {"project": {"name": "eu-test-1", "domain": domain}}}}
    request = urllib.request.Request(
        f"http://{address}/v3/auth/tokens", json.dumps(login).encode(), {"Content-Type": "application/json"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request) as answer:
        return f"X-Auth-Token: {answer.headers['X-Subject-Token']}"


def signature(address):
    """Date and signature of the rename as the vendor's Python SDK signs it, by the default key."""
    signed = {
        "content-type": "application/json;charset=utf-8",
        "host": address,
        "user-agent": "huaweicloud-usdk-python/3.0",
        "x-project-id": PROJECT,
        "x-sdk-date": DATE,
    }
    names = ";".join(signed)
    lines = [f"{name}:{value}" for name, value in signed.items()]
    body = hashlib.sha256(BODY).hexdigest()
    canonical = "\n".join(["PUT", f"{PATH}/", "", *lines, "", names, body])
    to_sign = "\n".join(["SDK-HMAC-SHA256", DATE, hashlib.sha256(canonical.encode()).hexdigest()])
    made = hmac.new(b"SKMOCK", to_sign.encode(), hashlib.sha256).hexdigest()
    authorization = f"SDK-HMAC-SHA256 Access=AKMOCK, SignedHeaders={names}, Signature={made}"
    return f"X-Sdk-Date: {DATE}\nAuthorization: {authorization}"
