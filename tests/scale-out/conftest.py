"""Three replicas on the loopback, and nginx in front of them with the configuration that is committed."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sdrs_mock import Server

DEPLOY = Path(__file__).parents[2] / "deploy"

REPLICAS = {f"sdrs-mock-{number}": f"127.77.5.{number + 1}:7705" for number in range(3)}
"""Their names in nginx.conf, and where they listen here: fixed, for where a project is at home derives from it."""

PROJECTS = [hashlib.md5(f"project {number}".encode()).hexdigest() for number in range(300)]
"""Project IDs as real ones look, the same in each run."""

PATIENCE = 20.0
"""How many seconds a program may take to start, to stop, or to read its configuration anew."""


class Replica:
    """One replica, which can be asked past the proxy."""

    def __init__(self, address: str, *arguments: str) -> None:
        self.address = address
        command = [os.environ["SDRS_MOCK_BINARY"], "serve", "--listen", address, "--log", "off", *arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lines: queue.Queue[str] = queue.Queue()
        output = self._process.stdout
        assert output is not None
        threading.Thread(target=lambda: [lines.put(line) for line in output], daemon=True).start()
        while " ready on " not in lines.get(timeout=PATIENCE):
            pass
        self.server = Server.connect(f"http://{address}")

    def projects(self) -> set[str]:
        """The projects that exist here."""
        return {project["id"] for project in self.server.control.ask("GET", "projects")["projects"]}

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait(PATIENCE)


class Proxy:
    """nginx with deploy/nginx.conf, its addresses and folders replaced by those of the test."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self._folder = folder
        self._file = folder / "nginx.conf"
        self.lists(*REPLICAS)
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        assert program, "nginx is not installed: apt-get install nginx-light"
        self._command = [program, "-e", "stderr", "-p", str(folder), "-c", str(self._file)]
        self._log = (folder / "log").open("w")
        self._process = subprocess.Popen([*self._command, "-g", "daemon off;"], stderr=self._log)
        self._wait(lambda: self.send("GET", "/_proxy/health")[0] == 200)

    def lists(self, *names: str) -> None:
        """Writes the configuration with these replicas, and no others, in its list."""
        text = (DEPLOY / "nginx.conf").read_text()
        for old, new, times in [("listen 8080;", f"listen {self.address};", 1), (" /tmp/", f" {self._folder}/", 6)]:
            assert text.count(old) == times
            text = text.replace(old, new)
        for name, address in REPLICAS.items():
            line = f"server {name}:7705 weight"
            assert text.count(line) == 1
            text = text.replace(line, f"{'' if name in names else '# '}server {address} weight")
        self._file.write_text(text)

    def reload(self) -> None:
        """Has nginx read its configuration anew, and waits until none serves by the old one."""
        before = self._workers()
        self._process.send_signal(signal.SIGHUP)
        self._wait(lambda: bool(self._workers()) and not self._workers() & before)

    def _workers(self) -> set[int]:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return {int(child) for child in children.read_text().split()}

    def _wait(self, holds: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if holds():
                    return
            except OSError:
                pass
            said = (self._folder / "log").read_text()
            assert self._process.poll() is None, f"nginx ended: {said}"
            assert time.monotonic() < deadline, f"nginx took too long: {said}"
            time.sleep(0.02)

    def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, timeout: float = PATIENCE
    ) -> tuple[int, Any, http.client.HTTPMessage]:
        """One request through the proxy: status, JSON or text, header."""
        connection = http.client.HTTPConnection(self.address, timeout=timeout)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, path, payload, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode()
            try:
                return answer.status, json.loads(text), answer.headers
            except ValueError:
                return answer.status, text, answer.headers
        finally:
            connection.close()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._log.close()


class Site:
    """The replicas and the proxy."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.replicas = {name: Replica(address, *arguments) for name, address in REPLICAS.items()}
        self.proxy = Proxy(folder)

    def homes(self) -> dict[str, set[str]]:
        """Which projects are on which replica."""
        return {name: replica.projects() for name, replica in self.replicas.items()}


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A site of the test's own; the parameter, if there is one, is what its replicas are started with."""
    tmp_path.chmod(0o755)
    site = Site(tmp_path, *getattr(request, "param", ()))
    yield site
    site.proxy.stop()
    for replica in site.replicas.values():
        replica.kill()
