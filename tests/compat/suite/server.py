"""The server under test: started on a free port in one of the modes, and asked through its control plane."""

import json
import os
import re
import subprocess
import tempfile
import threading
import urllib.request
import uuid
from dataclasses import dataclass

# No test waits for the server; whatever takes longer than this hangs.
DEADLINE = 30


@dataclass(frozen=True)
class Mode:
    """What a server is started with: the dialect of its errors, and what it makes of credentials."""

    letter: str
    name: str
    dialect: str
    auth: str

    @property
    def is_documented(self):
        return self.dialect == "documented"

    @property
    def is_strict(self):
        return self.auth == "strict"


MODES = (
    Mode("D", "documented", "documented", "off"),
    Mode("L", "live", "live", "off"),
    Mode("S", "strict", "live", "strict"),
)


# The catalogs lead to this region, and projects are named by it, with `_` and a number behind it.
REGION = "eu-test-1"


def identity(projects=(), catalog=None):
    """A fixture's section with projects for that many scenarios, and with these projects and this catalog."""
    spare = [{"name": f"{REGION}_{number}", "id": uuid.uuid4().hex} for number in range(300)]
    usual = {"name": REGION, "id": "0123456789abcdef0123456789abcdef"}  # which the examples name
    return {"projects": [*spare, usual, *projects], **({} if catalog is None else {"catalog": catalog})}


class Server:
    """One process of the binary, stopped at the end of its `with`."""

    def __init__(self, binary, mode, world, section):
        self.mode = mode
        self.taking = threading.Lock()
        self.projects = iter([project["id"] for project in section["projects"]])
        fixture = tempfile.NamedTemporaryFile("w", suffix=".json")
        json.dump({"schema_version": 1, "identity": section}, fixture)
        fixture.flush()
        self.errors = tempfile.TemporaryFile("w+")
        arguments = ["serve", "--listen", "127.0.0.1:0", "--dialect", mode.dialect,
                     "--tls", "self-signed", "--tls-listen", "127.0.0.1:0"]
        if mode.auth != "off":
            arguments += ["--auth", mode.auth]
        for path in (world, fixture.name):
            arguments += ["--fixtures", str(path)]
        # No variable of the user's may change what is tested.
        self.process = subprocess.Popen(
            [binary, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env={"PATH": os.environ["PATH"]})
        ready = None
        while ready is None:
            line = self.process.stdout.readline()
            if not line:
                self.errors.seek(0)
                raise RuntimeError(f"{binary} {' '.join(arguments)} ended without its ready line: {self.errors.read()}")
            ready = re.match(r"sdrs-mock \S+ ready on (http://127\.0\.0\.1:(\d+)) ", line)
        fixture.close()
        self.url, self.port = ready[1], int(ready[2])
        listeners = json.dumps(self.control("GET", "info"))
        self.tls_url = re.search(r"https://127\.0\.0\.1:\d+", listeners)[0]
        self.authority = tempfile.NamedTemporaryFile("w", suffix=".pem")
        with urllib.request.urlopen(f"{self.url}/_mock/ca.pem", timeout=DEADLINE) as answer:
            self.authority.write(answer.read().decode())
        self.authority.flush()
        self.ca = self.authority.name

    def control(self, method, path, body=None):
        """A call of the control plane."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/_mock/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            return json.load(answer)

    def a_project(self):
        """The ID of a project that no scenario has had, and that the server knows."""
        with self.taking:
            return next(self.projects)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.process.terminate()
        code = self.process.wait(DEADLINE)
        self.process.stdout.close()
        self.errors.close()
        self.authority.close()
        if code != 0 and error is None:
            raise RuntimeError(f"the server ended with {code} when it was asked to stop")
