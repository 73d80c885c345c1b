"""The client under test: a small one, so that the tests beside this file need nothing else."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sdrs_mock import Project


class Sdrs:
    """SDRS as an application might speak to it: paths below the project, JSON both ways."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        payload = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", payload, {"Content-Type": "application/json"}, method=method)
        try:
            with self._opener.open(request, timeout=10) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def drills(self) -> list[Any]:
        return self.call("GET", "/disaster-recovery-drills")[1]["disaster_recovery_drills"]

    def rename(self, drill: str, name: str) -> tuple[int, Any]:
        return self.call("PUT", f"/disaster-recovery-drills/{drill}", {"disaster_recovery_drill": {"name": name}})

    def create(self, name: str) -> str:
        new = {"server_group_id": "decf224d-87fe-403a-8721-037a1a45c287", "name": name}
        status, answer = self.call("POST", "/disaster-recovery-drills", {"disaster_recovery_drill": new})
        assert status == 200, answer
        return answer["job_id"]

    def job(self, job: str) -> Any:
        return self.call("GET", f"/jobs/{job}")[1]


@pytest.fixture
def sdrs(sdrs_mock: Project) -> Sdrs:
    """The client, pointed at the test's own project."""
    return Sdrs(sdrs_mock.url)


@pytest.fixture(autouse=True)
def seen(sdrs_mock: Project, worker_id: str, pytestconfig: pytest.Config) -> Iterator[None]:
    """Writes down who met which project where, for the test of these tests."""
    yield
    with Path(pytestconfig.rootpath, "seen.txt").open("a") as file:
        file.write(f"{worker_id} {sdrs_mock.origin} {sdrs_mock.id}\n")
