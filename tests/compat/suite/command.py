"""The scenarios of the `openstack` command with otcextensions, which has two commands for SDRS."""

import json

from .envelopes import ENVELOPES, effect
from .proxy import Proxy
from .trial import GROUP, NOBODY, Trial, equal

SCENARIOS = []

SHOW_JOB = "ShowJobStatus"
UNKNOWN_JOB = NOBODY.replace("-", "")


def scenario(row):
    """Registers a function as a scenario of this row of the table; its name is the sentence that is printed."""

    def register(function):
        SCENARIOS.append((row, ("openstack",), function))
        return function

    return register


class CommandTrial(Trial):
    """Logs in with a password for every command, as its environment says."""

    def environment(self, **other):
        """What a user exports."""
        settings = {"auth_url": f"{self.server.url}/v3", "username": "mock-user", "password": "mock-password",
                    "user_domain_name": "OTC-TEST-00000000001", "project_id": self.project, "region_name": "eu-test-1",
                    "identity_api_version": "3", "client_config_file": "/dev/null", **other}
        return {f"OS_{name.upper()}": value for name, value in settings.items()}

    def run(self, *arguments, **other):
        """Exit status, and what was printed."""
        [ended] = self.driver.ask(self.environment(**other), [list(arguments)])
        return ended["exit"], ended["stdout"], ended["stderr"]

    def shown(self, *arguments, **other):
        """What a command that succeeds prints, from its JSON."""
        code, out, error = self.run("sdrs", *arguments, "-f", "json", **other)
        equal((code, error), (0, error))
        return json.loads(out)

    def fails(self, *arguments, **other):
        """What a command that ends with 1 says, in one line and without a traceback."""
        code, out, error = self.run("sdrs", *arguments, **other)
        equal((code, out), (1, ""))
        lines = error.strip().splitlines()
        equal((len(lines), "Traceback" in error), (1, False))
        return lines[0]

    def job(self):
        """A job that some other client had started."""
        body = {"disaster_recovery_drill": {"server_group_id": GROUP, "name": "made-here"}}
        return self.request("POST", "disaster-recovery-drills", body)["job_id"]


@scenario(5)
def a_job_and_the_active_domains_are_shown(t):
    job = t.job()
    shown = t.shown("job", "show", job)
    equal((shown["id"], shown["status"]), (job, "SUCCESS"))
    assert shown["job_type"].startswith("createDisasterRecoveryDrill") and shown["begin_time"] and shown["end_time"], shown
    [domain] = t.shown("active", "domain", "list")
    equal(domain["name"], "ActiveactiveDomain")
    assert domain["local_replication_cluster"] and domain["remote_replication_cluster"], domain
    line = t.fails("job", "show", UNKNOWN_JOB)
    # The live service answers 500 here.
    side = "Client" if t.mode.is_documented else "Server"
    assert line.startswith(f"No Job found for {UNKNOWN_JOB}: {side} Error for url: "), line
    assert line.endswith(", Null job"), line


@scenario(6)
def a_failed_job_is_shown_in_the_wording_of_the_service_only(t):
    rule = {"match": {"job_type": "createDisasterRecoveryDrill"}, "times": 1}
    t.control("POST", "job-rules", {**rule, "outcome": {"kind": "fail", "error_code": "SDRS.1922"}})
    shown = t.shown("job", "show", t.job())
    equal((shown["status"], shown["error_code"], shown["status_code"]), ("FAIL", "SDRS.1922", 400))
    assert shown["message"], shown
    plain = {"kind": "fail", "error_code": "SDRS.1922", "fail_reason": "no room"}
    t.control("POST", "job-rules", {**rule, "outcome": plain})
    equal(t.fails("job", "show", t.job()), "not enough values to unpack (expected 2, got 1)")
    t.loses("all of a failed job whose `fail_reason` is worded otherwise")


@scenario(15)
def every_command_logs_in_and_renews_a_refused_token_once(t):
    job = t.job()
    t.fault(SHOW_JOB, {"kind": "error", "status": 401, "code": "APIGW.0307"}, first=1)
    equal(t.shown("job", "show", job)["status"], "SUCCESS")
    equal(t.statuses(SHOW_JOB), [401, 200])
    if t.mode.is_strict:
        line = t.fails("job", "show", job, password="another")
        assert "401" in line, line
    else:
        equal(t.shown("job", "show", job, password="another")["status"], "SUCCESS")


@scenario(16)
def catalogs_are_followed_where_they_lead(t):
    usual, short = "{origin}/v1/{project_id}", "{origin}/v1"
    here, there = {"region": "eu-test-1", "url": usual}, {"region": "eu-test-2", "url": usual}
    for catalog, found in (
        ([here], True),
        ([{**here, "url": short}], True),
        ([there, here], True),
        ([here, {**here, "url": "{origin}/nowhere"}], True),
        ([], False),
        ([there], False),
    ):
        with t.start(t.mode, catalog=catalog) as server:
            other = CommandTrial(t.client, server, t.driver, server.a_project())
            if found:
                equal(other.shown("job", "show", other.job())["status"], "SUCCESS")
            else:
                assert "sdrs" in other.fails("job", "show", UNKNOWN_JOB), catalog


@scenario(17)
def every_error_body_ends_in_one_line(t):
    for name, body, _ in ENVELOPES:
        t.fault(SHOW_JOB, effect(body))
        line = t.fails("job", "show", UNKNOWN_JOB)
        assert line.startswith(f"No Job found for {UNKNOWN_JOB}: Client Error for url: "), (name, line)


@scenario(18)
def the_gateways_own_answers_end_in_one_line(t):
    page = {"kind": "raw", "status": 502, "headers": {"Content-Type": "text/html"}, "body": "<html><h1>502 Bad Gateway</h1></html>"}
    for effect_, words in (
        ({"kind": "error", "status": 404, "code": "APIGW.0101"}, "Client Error for url: "),
        ({"kind": "error", "status": 429, "retry_after": "1s"}, "Client Error for url: "),
        (page, "Server Error for url: "),
    ):
        t.fault(SHOW_JOB, effect_)
        line = t.fails("job", "show", UNKNOWN_JOB)
        assert words in line, line


@scenario(19)
def https_is_spoken_with_a_private_authority_and_with_verification_off(t):
    job, at = t.job(), f"{t.server.tls_url}/v3"
    equal(t.shown("job", "show", job, auth_url=at, cacert=t.server.ca)["id"], job)
    code, out, _ = t.run("--insecure", "sdrs", "job", "show", job, "-f", "json", auth_url=at)
    equal((code, json.loads(out)["id"]), (0, job))


@scenario(23)
def a_command_leaves_no_connection_behind(t):
    with Proxy(t.server.port) as proxy:
        job = t.job()
        equal(t.shown("job", "show", job, auth_url=f"{proxy.url}/v3")["id"], job)
        assert proxy.closed(), "a connection stays"


@scenario(24)
def the_catalog_leads_where_the_command_came_from(t):
    with Proxy(t.server.port) as proxy:
        job = t.job()
        equal(t.shown("job", "show", job, auth_url=f"{proxy.url}/v3")["id"], job)
        [asked] = t.control("GET", f"requests?operation={SHOW_JOB}")["requests"]
        equal(asked["headers"]["host"], proxy.url.removeprefix("http://"))
