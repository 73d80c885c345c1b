"""What the measurements have in common: what is built, how it is run and loaded, a row of a table."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVERS = ("server", "bare")

WARM_UP = 0.4  # seconds of load on each server, in every round, that are not counted
PATIENCE = 1_800  # seconds after which any one step counts as hung


class Trouble(Exception):
    """The measurement cannot be made or would mean nothing; says why."""


@dataclasses.dataclass
class Programs:
    """What was built, as paths."""

    server: str
    bare: str
    load: str

    def command(self, name, port):
        """The command line of one of the two servers."""
        if name == "server":
            return [self.server, "--listen", f"127.0.0.1:{port}"]
        return [self.bare, str(port)]


@dataclasses.dataclass
class Row:
    """One line of the table; `reached` is None where nothing is asked for."""

    what: str
    one: str
    other: str
    ratio: str = "–"
    spread: str = "–"
    reach: str = "–"
    reached: bool | None = None


# ---------------------------------------------------------------------------------------------------------- building


def build():
    """Build all three for the same target with the same profile, as the shipped binary is built."""
    target = re.search(r"^host: (.+)$", output(["rustc", "-vV"]), re.M).group(1)
    environment = os.environ | {"RUSTFLAGS": "-C target-feature=+crt-static -C relocation-model=static"}
    built = {}
    # The server in a run of its own and last: built together with the examples it would take on the features of
    # their dependencies and be another binary than the one that is shipped.
    for what in (["--example", "bare", "--example", "load"], ["--bin", "sdrs-mock"]):
        command = ["cargo", "build", "--release", "--locked", "--target", target, "--message-format", "json", *what]
        for line in output(command, cwd=ROOT, env=environment).splitlines():
            message = json.loads(line)
            if message.get("executable"):
                built[message["target"]["name"]] = message["executable"]
    programs = Programs(built["sdrs-mock"], built["bare"], built["load"])
    for program in dataclasses.astuple(programs):
        if not os.access(program, os.X_OK):
            raise Trouble(f"{program} was not built")
    return programs


def output(command, **options):
    """What a command printed; its failure is ours, and what it says on stderr goes through."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=PATIENCE, **options)
    return done.stdout


# ----------------------------------------------------------------------------------------------------------- running


@contextlib.contextmanager
def serving(command, core, around=()):
    """A server on one core, from its ready line to the end that SIGTERM asks for; gives its PID and address."""
    command = ["taskset", "-c", str(core), *around, *command]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        # What it says before is for people; after this line it says nothing more, so nobody has to read on.
        ready = (re.search(r" ready on http://(\S+)", line) for line in process.stdout)
        address = next((found.group(1) for found in ready if found), None)
        if address is None:
            raise Trouble(f"{command} ended without a ready line")
        yield process.pid, address
        process.terminate()
        if process.wait(timeout=PATIENCE) != 0:
            raise Trouble(f"{command} answered SIGTERM with exit code {process.returncode}")
    finally:
        process.kill()
        process.wait()


def load(programs, addresses, core, *options):
    """Run the load, give its line about each server; it fails if an answer is no 200 or not as long as the first."""
    command = ["taskset", "-c", str(core), programs.load, *addresses, *map(str, options)]
    return [json.loads(line) for line in output(command).splitlines()]


def cpu_seconds(pid):
    """What all threads of a process have spent on the processor so far."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def in_turn(number, names=SERVERS):
    """Which one goes first changes from time to time, so that a drift favours neither."""
    return names if number % 2 == 0 else names[::-1]


def compared(what, seen, key, form="{:,.0f}", names=SERVERS):
    """A row of both medians with the median and the spread of the rounds' ratios; and that median."""
    one, other = ([both[name][key] for both in seen] for name in names)
    ratios = [mine / its for mine, its in zip(one, other, strict=True)]
    medians = [form.format(statistics.median(values)) for values in (one, other)]
    ratio = statistics.median(ratios)
    return Row(what, *medians, f"{ratio:.3f}", f"{min(ratios):.3f} … {max(ratios):.3f}"), ratio


def table(rows, head):
    """Rows as Markdown, under these two names of what is compared."""
    lines = [f"| | {head[0]} | {head[1]} | ratio | of all rounds | reach | |", "|---|--:|--:|--:|:-:|:-:|---|"]
    for row in rows:
        verdict = {None: "", True: "reached", False: "**missed**"}[row.reached]
        cells = (row.what, row.one, row.other, row.ratio, row.spread, row.reach, verdict)
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines)
