"""Without any library: curl as a script has it, and a socket for what no client shows, the bytes of the headers."""

import json
import re
import socket
import subprocess

from .trial import DRILL, NOBODY, RENAME, Trial, equal

SCENARIOS = []

UNKNOWN = "The API does not exist or has not been published in the environment"


def scenario(row, client):
    """Registers a function as a scenario of this row of the table; its name is the sentence that is printed."""

    def register(function):
        SCENARIOS.append((row, (client,), function))
        return function

    return register


class CurlTrial(Trial):
    """One process a request, with a token where one is asked for."""

    def curl(self, path, *arguments):
        """Status and JSON of what curl fetched."""
        command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--write-out", "\n%{http_code}",
                   "--header", f"X-Auth-Token: {self.token()}", *arguments, f"{self.server.url}{path}"]
        out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout
        body, _, status = out.rpartition("\n")
        return int(status), json.loads(body) if body.startswith("{") else body

    def drill(self, *arguments, drill=DRILL):
        return self.curl(f"/v1/{self.project}/disaster-recovery-drills/{drill}", *arguments)

    def rename(self, name, **other):
        body = json.dumps({"disaster_recovery_drill": {"name": name}})
        return self.drill("-X", "PUT", "-H", "Content-Type: application/json", "-d", body, **other)


@scenario(1, "curl")
def a_drill_is_renamed_and_shown_with_its_new_name(t):
    status, after = t.rename("new_dr_drill_name")
    equal((status, after["disaster_recovery_drill"]["name"]), (200, "new_dr_drill_name"))
    equal(t.drill(), (200, after))


@scenario(3, "curl")
def a_drill_that_does_not_exist_is_not_found(t):
    refusal = {"message": "DR drill not found", "code": "SDRS.1902"}
    expected = (404, {"itemNotFound": refusal}) if t.mode.is_documented else (400, {"error": refusal})
    equal(t.rename("x", drill=NOBODY), expected)
    equal(t.drill(drill=NOBODY), expected)


@scenario(18, "curl")
def the_gateways_own_answers_are_json(t):
    status, body = t.curl(f"/v1/{t.project}/no-such-things")
    equal(status, 404)
    equal(body["itemNotFound"] if t.mode.is_documented else (body["error_code"], body["error_msg"]),
          {"message": UNKNOWN, "code": "APIGW.0101"} if t.mode.is_documented else ("APIGW.0101", UNKNOWN))
    t.fault(RENAME, {"kind": "error", "status": 429, "retry_after": "1s"})
    status, body = t.rename("x")
    assert status == 429 and "APIGW.0308" in json.dumps(body), (status, body)
    # curl waits as long as Retry-After says before it tries again.
    t.fault(RENAME, {"kind": "error", "status": 429, "retry_after": "1s"}, first=1)
    body = json.dumps({"disaster_recovery_drill": {"name": "retried"}})
    arguments = ("--retry", "1", "--fail", "-X", "PUT", "-H", "Content-Type: application/json", "-d", body)
    status, body = t.drill(*arguments)
    equal(status, 200)


class RawTrial(Trial):
    """Writes bytes and reads bytes."""

    def exchange(self, *requests):
        """Everything that comes back on one connection until the server closes it."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as connection:
            connection.sendall(b"".join(requests))
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))

    def head(self, method, path, *headers, body=b""):
        """The lines of an answer's head: names as they are on the wire."""
        answer = self.exchange(self.written(method, path, *headers, body=body))
        return answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")

    def written(self, method, path, *headers, body=b""):
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.server.port}", *headers]
        if not any(header.startswith("Transfer-Encoding") for header in headers):
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def drill(self):
        return f"/v1/{self.project}/disaster-recovery-drills/{DRILL}"

    def credentials(self):
        return f"X-Auth-Token: {self.token()}"


def has(head, *headers):
    """Each header's line is there, byte for byte but for its value's pattern."""
    for pattern in headers:
        assert any(re.fullmatch(pattern, line) for line in head), f"no {pattern!r} in {head}"


@scenario(20, "raw")
def header_names_leave_in_the_exact_case_that_clients_look_for(t):
    has(t.head("GET", t.drill(), t.credentials()),
        "HTTP/1.1 200 OK", "X-Request-Id: [0-9a-f]{32}", "Content-Type: application/json", r"Content-Length: \d+")
    login = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
        "name": "mock-user", "password": "mock-password", "domain": {"name": "OTC-TEST-00000000001"}}}},
        "scope": {"project": {"id": t.project}}}}
    has(t.head("POST", "/v3/auth/tokens", "Content-Type: application/json", body=json.dumps(login).encode()),
        "HTTP/1.1 201 Created", r"X-Subject-Token: \S+", "X-Request-Id: [0-9a-f]{32}", "Content-Type: application/json")
    t.fault("ShowDisasterRecoveryDrill", {"kind": "error", "status": 503, "retry_after": "1s"})
    has(t.head("GET", t.drill(), t.credentials()), "HTTP/1.1 503 Service Unavailable", "Retry-After: 1",
        "X-Request-Id: [0-9a-f]{32}", "Content-Type: application/json")
    head = t.head("PATCH", t.drill(), t.credentials())
    if t.mode.is_documented:
        has(head, "HTTP/1.1 405 Method Not Allowed", "Allow: [A-Z, ]+", "X-Request-Id: [0-9a-f]{32}")
    else:
        has(head, "HTTP/1.1 404 Not Found", "Content-Type: application/json", "X-Request-Id: [0-9a-f]{32}")


@scenario(23, "raw")
def chunks_trailing_newlines_and_pipelines_are_read(t):
    json_type, token = "Content-Type: application/json;charset=UTF-8", t.credentials()
    body = b'{"disaster_recovery_drill":{"name":"chunked"}}\n'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:])) + b"0\r\n\r\n"
    answer = t.exchange(
        t.written("PUT", t.drill(), json_type, token, "Transfer-Encoding: chunked", body=chunks),
        t.written("GET", t.drill(), token, "X-Language: en-us"),
        t.written("DELETE", t.drill(), json_type, token, "Connection: close", body=b"{}\n"))
    equal(re.findall(rb"HTTP/1.1 (\d+)", answer), [b"200"] * 3)
    equal(answer.count(b'"name":"chunked"'), 2)
    assert b'"job_id"' in answer, answer
