"""A server as the proofs see it from outside: its process, and plain HTTP to it."""

import http.client
import json
import pathlib
import re
import resource
import subprocess
import time

DRILLS = ("e472d26f-9624-42fb-8bfc-717d4714c225", "1b6453fa-71e0-4c0c-8a4e-5d2f9be07c36")


class Refuted(Exception):
    """What was to be proved does not hold; says what was seen instead."""


class Process:
    """A server of the given binary on a port of its own, until the `with` block ends."""

    def __init__(self, binary, *options):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.command = [binary, "--listen", "127.0.0.1:0", "--seed", "1", "--log", "error", *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, env={})
        for line in self.process.stdout:
            if found := re.search(r" ready on http://([^: ]+):(\d+)", line):
                self.address = (found.group(1), int(found.group(2)))
                return self
        raise Refuted(f"{self.command} ended without a ready line")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()

    def status(self, key):
        """A number of `/proc/PID/status`."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s+(\d+)", text, re.M).group(1))

    def megabytes(self, key="VmRSS"):
        """Its memory now, or with `VmHWM` at its highest."""
        return self.status(key) / 1024

    def held(self):
        """What it must give back: threads and descriptors."""
        return self.status("Threads"), len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))


class Client:
    """One kept-alive connection, and what is in one project behind it."""

    def __init__(self, address, project):
        self.connection = http.client.HTTPConnection(*address, timeout=30)
        self.project = project
        self.asked = 0

    def ask(self, method, path, body=None):
        """Status and document of an answer; a path of the control plane starts with `/_mock`."""
        target = path if path.startswith("/_mock") else f"/v1/{self.project}/{path}"
        headers = {"Content-Type": "application/json", "X-Auth-Token": "token"}
        self.connection.request(method, target, body and json.dumps(body), headers)
        answer = self.connection.getresponse()
        self.asked += 1
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def expect(self, status, method, path, body=None):
        """The document of an answer that must have this status."""
        seen, document = self.ask(method, path, body)
        if seen != status:
            raise Refuted(f"{method} {path} of {self.project} was answered {seen} {document}, expected {status}")
        return document

    def rename(self, drill, name):
        """Status of a rename, and what came with it."""
        return self.ask("PUT", f"disaster-recovery-drills/{drill}", {"disaster_recovery_drill": {"name": name}})


def until(what, seconds):
    """Whether this came true in that time."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
