"""One whole run: set up, start the servers, run every client's scenarios, hold the table against the document."""

import argparse
import os
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from pathlib import Path

from . import command, envelopes, examples, journey, openstack, scenarios, table, wire
from .clients import CLIENTS, COMPAT, ROOT
from .driver import Driver
from .server import MODES, Server, identity

# As many clients at once as there are processors on the machines that run this for each change.
WORKERS = 2

PRINTING = threading.Lock()

SCENARIOS = (scenarios.SCENARIOS + envelopes.SCENARIOS + journey.SCENARIOS + openstack.SCENARIOS + command.SCENARIOS
             + wire.SCENARIOS + examples.SCENARIOS)


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()


def release():
    """The release build for this host, built if it is not there."""
    verbose = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    host = next(line.split(": ")[1] for line in verbose.splitlines() if line.startswith("host: "))
    binary = target() / host / "release" / "sdrs-mock"
    if not binary.exists():
        build = ["cargo", "build", "--locked", "--release", "--bin", "sdrs-mock", "--target", host]
        subprocess.run(build, check=True, cwd=ROOT)
    return binary


def environment(folder):
    """What a client's programs run with: no proxy in between, and nothing that would point them elsewhere."""
    work = target() / "compat" / folder
    (work / "home").mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "HUAWEICLOUD_"))}
    loopback = "127.0.0.1,localhost"
    return {**kept, "COMPAT_WORK": str(work), "NO_PROXY": loopback, "no_proxy": loopback, "PYTHONDONTWRITEBYTECODE": "1"}


def say(text):
    with PRINTING:
        print(text, flush=True)


def set_up(folder):
    """Installs a folder's clients; package managers find the user's own caches."""
    began = time.monotonic()
    made = subprocess.run(
        ["./setup"], cwd=COMPAT / "clients" / folder, env=environment(folder), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode:
        raise RuntimeError(f"clients/{folder}/setup ended with {made.returncode}:\n{made.stdout}")
    say(f"setup {folder}: {time.monotonic() - began:.0f} s")


def trust(client, server, work):
    """How clients without a setting of their own are told of a server's authority."""
    if client.key != "java":
        return {"SSL_CERT_FILE": server.ca, "NODE_EXTRA_CA_CERTS": server.ca}
    store = work / f"{server.mode.name}.p12"
    store.unlink(missing_ok=True)
    command_line = ["keytool", "-importcert", "-noprompt", "-alias", "mock", "-file", server.ca, "-keystore", str(store),
                    "-storepass", "changeit"]
    subprocess.run(command_line, check=True, capture_output=True)
    return {"JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword=changeit"}


class Run:
    """What all clients of one run share."""

    def __init__(self, binary):
        self.binary = binary
        self.results = []
        self.failures = 0

    def start(self, mode, **known):
        """A server whose identity knows what this one's scenarios need."""
        return Server(self.binary, mode, ROOT / "fixtures/default.json", identity(**known))

    def drive(self, client, server):
        """All scenarios of a client in one mode, with one process of its driver."""
        driver, surroundings = nullcontext(), environment(client.folder or client.key)
        if client.command:
            work = Path(surroundings["COMPAT_WORK"])
            # Some clients write to their home.
            surroundings["HOME"] = str(work / "home")
            surroundings.update(trust(client, server, work))
            words = [word.format(work=work) for word in client.command]
            driver = Driver(words, COMPAT / "clients" / client.folder, surroundings)
        with driver as running:
            for row, clients, function in SCENARIOS:
                if client.key in clients:
                    trial = client.trial(client.key, server, running, server.a_project(), self.start, surroundings)
                    self.scenario(client, row, trial, function)

    def scenario(self, client, row, trial, function):
        """Runs one scenario and prints its one line; what it raised stands below that."""
        error = ""
        try:
            function(trial)
        except Exception:  # whatever it was, the other scenarios still tell something
            error = "\n" + traceback.format_exc(limit=-4)
            self.failures += 1
        sentence = function.__name__.replace("_", " ")
        if not error:
            self.results.append((client.key, row, trial.mode, sentence, trial.lost))
        lost = f" (lost: {'; '.join(trial.lost)})" if trial.lost else ""
        verdict = "FAILED" if error else "ok"
        say(f"{verdict:<6} {client.key:<13} {row!s:>2} {trial.mode.letter} {sentence}{lost}{error}")


def judge(run, write):
    """Whether all that had to run has passed, and the document says what the run saw."""
    faults = table.missing(run.results)
    if run.failures == 0 and not faults:
        if write:
            table.DOCUMENT.write_text(table.written(run.results), encoding="utf-8")
        elif difference := table.difference(run.results):
            faults.append(f"docs/compatibility.md is not what this run saw; tests/compat/run --write mends it:\n{difference}")
    for fault in faults:
        say(f"FAILED: {fault}")
    return not faults


def main():
    parser = argparse.ArgumentParser(description="Runs real clients against the mock.")
    parser.add_argument("binary", nargs="?", type=Path, help="the server to test; else the release build")
    parser.add_argument("--only", action="append", choices=[client.key for client in CLIENTS], help="only this client")
    parser.add_argument("--mode", action="append", choices=[mode.name for mode in MODES], help="only in this mode")
    parser.add_argument("--write", action="store_true", help="write docs/compatibility.md")
    asked = parser.parse_args()
    clients = [client for client in CLIENTS if client.key in (asked.only or [client.key])]
    modes = [mode for mode in MODES if mode.name in (asked.mode or [mode.name])]
    began = time.monotonic()
    run = Run((asked.binary or release()).resolve(strict=True))
    with ThreadPoolExecutor() as setups:
        list(setups.map(set_up, sorted({client.folder for client in clients if client.folder})))
    with ExitStack() as servers, ThreadPoolExecutor(WORKERS) as workers:
        started = [servers.enter_context(run.start(mode)) for mode in modes]
        for done in [workers.submit(run.drive, client, server) for client in clients for server in started]:
            done.result()
    whole = not asked.only and not asked.mode
    in_step = judge(run, asked.write) if whole else True
    say(f"in {time.monotonic() - began:.0f} s")
    say(f"{len(run.results)} passed, {run.failures} failed")
    return 0 if run.failures == 0 and in_step else 1


if __name__ == "__main__":
    sys.exit(main())
