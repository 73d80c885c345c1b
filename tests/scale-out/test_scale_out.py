"""Several replicas behind nginx: where projects are at home, what stays when one leaves, what passes unchanged."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sdrs_mock import Refused, Server, effects

from conftest import PROJECTS, Site

DRILL = "e472d26f-9624-42fb-8bfc-717d4714c225"


def rename(site: Site, project: str, name: str = "renamed") -> int:
    body = {"disaster_recovery_drill": {"name": name}}
    return site.proxy.send("PUT", f"/v1/{project}/disaster-recovery-drills/{DRILL}", body)[0]


def test_projects_are_spread_evenly_and_each_is_at_home_on_one_replica(site: Site) -> None:
    for project in PROJECTS:
        assert rename(site, project) == 200
        assert site.proxy.send("GET", f"/v1/{project}/disaster-recovery-drills?limit=1")[0] == 200
        # However its ID is written, and whatever stands around it.
        escaped = "".join(f"%{ord(char):02x}" for char in project)
        assert site.proxy.send("GET", f"/v1/{escaped}/sdrs/quotas")[0] == 200
        assert site.proxy.send("GET", f"/_mock/clock?project={project}")[0] == 200
        requests = site.proxy.send("GET", f"/_mock/requests?limit=9&project={project}")[1]
        # All that was ever asked of the project was asked where the control plane's calls arrive.
        assert requests["total"] == 3, requests
    homes = site.homes()
    assert sorted(project for home in homes.values() for project in home) == sorted(PROJECTS)
    for home in homes.values():
        assert 75 <= len(home) <= 125, {name: len(home) for name, home in homes.items()}


def test_a_replica_that_leaves_takes_its_own_projects_and_no_others(site: Site) -> None:
    for project in PROJECTS:
        rename(site, project)
    before = site.homes()
    site.proxy.lists("sdrs-mock-0", "sdrs-mock-2")
    site.proxy.reload()
    for project in PROJECTS:
        assert rename(site, project) == 200
    after = site.homes()
    moved = {name: after[name] - before[name] for name in after}
    assert moved["sdrs-mock-1"] == set()
    assert moved["sdrs-mock-0"] | moved["sdrs-mock-2"] == before["sdrs-mock-1"]
    # Not all to one neighbour.
    assert min(len(moved["sdrs-mock-0"]), len(moved["sdrs-mock-2"])) >= len(before["sdrs-mock-1"]) / 4
    # And home again, when it comes back.
    site.proxy.lists(*after)
    site.proxy.reload()
    for project in PROJECTS:
        requests = site.proxy.send("GET", f"/_mock/requests?project={project}")[1]
        assert requests["total"] == (1 if project in before["sdrs-mock-1"] else 2)


def test_a_replica_that_died_is_told_of_and_its_projects_go_nowhere_else(site: Site) -> None:
    for project in PROJECTS[:30]:
        rename(site, project)
    homes = site.homes()
    site.replicas["sdrs-mock-1"].kill()
    for project in PROJECTS[:30]:
        status, answer, _ = site.proxy.send("GET", f"/v1/{project}/sdrs/quotas")
        if project in homes["sdrs-mock-1"]:
            assert (status, answer["error_code"]) == (502, "APIGW.0201")
            assert answer["error_msg"] == "the replica of this project does not answer"
        else:
            assert status == 200


@pytest.mark.parametrize(
    "target",
    [
        "reset", "reset?project=*", "reset?project=%2A", "reset?project=a&project=*", "reset?project=", "metrics",
        "projects", "requests?limit=1", "coverage", "snapshots", "events", "",
    ],
)  # fmt: skip
def test_a_call_for_all_projects_is_refused_not_half_done(site: Site, target: str) -> None:
    # The header is for calls that cannot name a project themselves; it makes no call for all one for some.
    named = {"X-Project-Id": PROJECTS[0]} if "project=" in target else {}
    method = "POST" if "reset" in target else "GET"
    status, answer, headers = site.proxy.send(method, f"/_mock/{target}", headers=named)
    assert (status, answer["error"]["code"]) == (400, "missing_project")
    assert "name the one project that it is for" in answer["error"]["message"]
    assert headers["Content-Type"] == "application/json"


def test_what_is_about_no_project_is_answered_by_any_replica(site: Site) -> None:
    paths = ("/_mock/health", "/_mock/ready", "/_mock/info", "/_mock/openapi.json", "/", "/v1")
    assert {path: site.proxy.send("GET", path)[0] for path in paths} == dict.fromkeys(paths, 200)
    listeners = {site.proxy.send("GET", "/_mock/info")[1]["listeners"][0] for _ in range(60)}
    assert listeners == {replica.server.origin for replica in site.replicas.values()}


def test_faults_arrive_as_they_are_meant(site: Site) -> None:
    project = Server.connect(f"http://{site.proxy.address}").project(PROJECTS[0])

    def quotas(timeout: float = 20) -> int:
        return site.proxy.send("GET", f"/v1/{project.id}/sdrs/quotas", timeout=timeout)[0]

    project.refuse("ShowQuota", 503, first=1)
    assert (quotas(), quotas()) == (503, 200)
    for effect in (effects.reset(), effects.empty(), effects.truncate(3)):
        project.fault(effect, first=1)
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            quotas()
    project.fault(effects.raw(502, "<html>", {"Content-Type": "text/html"}), first=1)
    assert quotas() == 502
    project.fault(effects.timeout(), first=1)
    with pytest.raises(TimeoutError):
        quotas(timeout=0.3)
    # None of it sent the project elsewhere: the journal is whole.
    assert (quotas(), len(project.requests())) == (200, 8)


def test_a_standing_clock_shows_in_the_header_too(site: Site) -> None:
    project = Server.connect(f"http://{site.proxy.address}").project(PROJECTS[0])
    project.freeze("2026-01-01T00:00:00Z")
    headers = site.proxy.send("GET", f"/v1/{project.id}/sdrs/quotas")[2]
    assert headers.get_all("Date") == ["Thu, 01 Jan 2026 00:00:00 GMT"]
    assert "X-Request-Id" in headers.keys()


def test_events_come_as_they_happen(site: Site) -> None:
    connection = http.client.HTTPConnection(site.proxy.address, timeout=20)
    connection.request("GET", f"/_mock/events?project={PROJECTS[0]}")
    answer = connection.getresponse()
    rename(site, PROJECTS[0])
    lines = iter(answer.readline, b"")
    assert next(line for line in lines if line.startswith(b"event: ")) == b"event: resource\n"
    connection.close()


def test_the_pytest_plugin_works_through_the_proxy(site: Site, tmp_path: Path) -> None:
    example = Path(__file__).parents[1] / "python" / "example"
    for file in example.glob("*.py"):
        text = file.read_text().replace("worker_id: str, ", "").replace("{worker_id}", "alone")
        (tmp_path / file.name).write_text(text)
    (tmp_path / "test_snapshot.py").write_text(
        "def test_snapshot(sdrs_mock):\n    sdrs_mock.restore(sdrs_mock.snapshot())\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "sdrs_mock.plugin", "--quiet", str(tmp_path)]
    url = f"http://{site.proxy.address}"
    run = subprocess.run([*command, "--sdrs-mock-url", url], capture_output=True, text=True, env=os.environ)
    assert "21 passed" in run.stdout, run.stdout
    assert set().union(*site.homes().values()) == set()


def test_a_refusal_of_the_proxy_is_one_of_the_control_plane(site: Site) -> None:
    with pytest.raises(Refused, match="missing_project: behind this proxy"):
        Server.connect(f"http://{site.proxy.address}").coverage()


STRICT = ("--auth", "strict", "--token-key", "shared")
LOGIN = {
    "auth": {
        "identity": {
            "methods": ["password"],
            "password": {
                "user": {
                    "name": "mock-user", "password": "mock-password", "domain": {"name": "OTC-TEST-00000000001"},
                },
            },
        },
        "scope": {"project": {"name": "eu-test-1", "domain": {"name": "OTC-TEST-00000000001"}}},
    },
}  # fmt: skip


def log_in(address: str) -> tuple[str, str]:
    """Logs in at this address: the token, and the project that it is for."""
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request("POST", "/v3/auth/tokens", json.dumps(LOGIN), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    assert answer.status == 201, body
    token = answer.getheader("X-Subject-Token")
    assert token
    return token, body["token"]["project"]["id"]


@pytest.mark.parametrize("site", [STRICT], indirect=True)
def test_a_login_works_through_any_replica_and_is_good_on_all(site: Site) -> None:
    addresses = [replica.address for replica in site.replicas.values()]
    for issuer in (*addresses, site.proxy.address):
        token, project = log_in(issuer)
        for address in (*addresses, site.proxy.address):
            connection = http.client.HTTPConnection(address, timeout=20)
            connection.request("GET", f"/v1/{project}/sdrs/quotas", headers={"X-Auth-Token": token})
            assert connection.getresponse().status == 200, (issuer, address)
            connection.close()
    assert site.proxy.send("GET", f"/v1/{project}/sdrs/quotas")[0] == 401


def test_logins_go_to_one_replica_as_to_another(site: Site) -> None:
    site.replicas["sdrs-mock-0"].kill()
    statuses = [site.proxy.send("POST", "/v3/auth/tokens", LOGIN)[0] for _ in range(60)]
    assert set(statuses) == {201, 502}
    # About a third of them met the one that is gone.
    assert 5 <= statuses.count(502) <= 40
