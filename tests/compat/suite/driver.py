"""A client's process: a small program around the unmodified client that says what the client made of an answer."""

import json
import subprocess
import threading
from types import SimpleNamespace


# A client that hangs fails, and does not keep the others waiting; it is far more than the slowest needs on a busy machine.
PATIENCE = 180


class Refused(Exception):
    """What the client raised: `kind` is the exception's own name, the members are as the application finds them."""

    def __init__(self, members):
        self.kind = members["kind"]
        self.text = members.get("text")
        self.status, self.code = members.get("status"), members.get("code")
        self.message, self.request_id = members.get("message"), members.get("request_id")
        super().__init__(f"{self.kind}: {self.status} {self.code!r} {self.message!r} ({self.text})")


class Driver:
    """One line of JSON asks for calls that are made at once, one line answers with what came of each."""

    def __init__(self, command, folder, environment):
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def ask(self, client, calls):
        """The outcomes of these calls by a client with these settings, as the driver wrote them."""
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        self.process.stdin.write(json.dumps({"client": client, "calls": calls}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        watchdog.cancel()
        if not line:
            raise RuntimeError(f"the driver ended with {self.process.wait()} at {calls}")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def fields(value):
    """Objects as things with attributes, so that a journey reads like an application."""
    if isinstance(value, dict):
        return SimpleNamespace(**{name: fields(member) for name, member in value.items()})
    if isinstance(value, list):
        return [fields(row) for row in value]
    return value
