"""Hostile clients beside healthy ones: these must not feel it, and nothing may be left behind."""

import collections
import multiprocessing
import os
import resource
import statistics
import threading
import time

import attacks
from wire import DRILLS, Client, Refuted, until

HEALTHY = 4
PAUSE = 0.004  # seconds between two requests of a healthy client, so that the machine is not what is measured
SLOWER = 2.0  # times the p99 without hostile clients, at most
MEGABYTES = 300
IDLE = 10_000
SPARE = 1_000  # descriptors that idle connections leave on either side
ROUNDS = 5


def healthy(address, project, seconds, times, names, troubles):
    """A client that renames its own drill and reads it back, at its leisure."""
    try:
        client, end = Client(address, project), time.monotonic() + seconds
        while time.monotonic() < end:
            name = f"{project}-{len(times)}"
            began = time.perf_counter()
            status, document = client.rename(DRILLS[0], name)
            times.append(time.perf_counter() - began)
            if status != 200 or document["disaster_recovery_drill"]["name"] != name:
                raise Refuted(f"a healthy rename was answered {status} {document}")
            names[project] = name
            shown = client.expect(200, "GET", f"disaster-recovery-drills/{DRILLS[0]}")
            if shown["disaster_recovery_drill"]["name"] != name:
                raise Refuted(f"{project} was renamed to {name} and shows {shown}")
            time.sleep(PAUSE)
    except Exception as trouble:
        troubles.append(trouble)


def p99(address, seconds, names):
    """The p99 of the healthy clients' renames in milliseconds, over that time."""
    times, troubles = [[] for _ in range(HEALTHY)], []
    rows = [(address, f"healthy-{own}", seconds, times[own], names, troubles) for own in range(HEALTHY)]
    clients = [threading.Thread(target=healthy, args=row) for row in rows]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if troubles:
        raise troubles[0]
    return statistics.quantiles(sum(times, []), n=100)[98] * 1000


def idle(address, count, ready, stop):
    """Holds connections open that say nothing, and a hundred each whose head or body comes at a byte a second."""
    held = [attacks.opened(address) for _ in range(count)]
    body = f"{attacks.HEAD}Content-Length: 60\r\n\r\n".encode()
    slow = [(attacks.opened(address), attacks.HEAD.encode()) for _ in range(100)]
    slow += [(attacks.opened(address), b'{"disaster_recovery_drill":{"name":"never"}}') for _ in range(100)]
    for connection, _ in slow[100:]:
        connection.sendall(body)
    ready.set()
    sent = 0
    while not stop.wait(1):
        for connection, text in slow:
            try:
                connection.sendall(text[sent % len(text) :][:1])
            except OSError:
                pass  # the server has had enough of it
        sent = min(sent + 1, 40)
    for connection in held:
        connection.close()


def hostile(address, first, stop, outcomes):
    """Goes through all attacks again and again, until told to stop."""
    os.nice(10)  # what is measured is the server, not who gets the processor
    seen, number, last = collections.Counter(), first, None
    while not stop.is_set():
        for attack, admitted in attacks.ATTACKS.items():
            try:
                outcome = attack(address, number)
            except OSError as error:
                outcome = repr(error)
            seen[attack.__name__, outcome, outcome in admitted] += 1
            last = number if attack is attacks.half_closed and outcome == "200" else last
            time.sleep(0.005)
        number += 1
    outcomes.put((seen, number, last))


def beset(server, count, first, seconds, names):
    """The healthy p99 beside all hostile clients, and what came of these."""
    context = multiprocessing.get_context("fork")
    ready, stop, outcomes = context.Event(), context.Event(), context.Queue()
    holder = context.Process(target=idle, args=(server.address, count, ready, stop))
    attacker = context.Process(target=hostile, args=(server.address, first, stop, outcomes))
    holder.start()
    attacker.start()
    try:
        if not ready.wait(60):
            raise Refuted(f"{count} idle connections could not be opened within a minute")
        # What is connected waits in the backlog until the server accepts it.
        if not until(lambda: server.held()[1] >= count, 10):
            raise Refuted(f"of {count} idle connections the server holds {server.held()[1]}")
        return p99(server.address, seconds, names), outcomes_of(stop, outcomes)
    finally:
        stop.set()
        attacker.join()
        holder.join()


def outcomes_of(stop, outcomes):
    """What the attacker counted, which is to stop."""
    stop.set()
    return outcomes.get(timeout=60)


def rows(server, project):
    """The drills of a project by ID, without when they were changed."""
    listed = Client(server.address, project).expect(200, "GET", "disaster-recovery-drills")["disaster_recovery_drills"]
    return {row["id"]: row | {"updated_at": None} for row in listed}


def state_is(server, names):
    """Whether each project is the sample world with what acknowledged renames made of it."""
    for project, name in names.items():
        expected = rows(server, "untouched")
        expected[DRILLS[0]]["name"] = name
        if (seen := rows(server, project)) != expected:
            raise Refuted(f"{project} shows {seen}, the acknowledged requests made {expected}")


def prove(server, seconds):
    """Rounds without and with hostile clients; what was seen, as text."""
    names, count = {}, min(IDLE, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE)
    p99(server.address, 1, names)  # what the healthy ones need is there from now on
    threads, files = server.held()
    quiet, loud, tried, number = [], [], collections.Counter(), 0
    for _ in range(ROUNDS):
        quiet.append(p99(server.address, seconds / 2 / ROUNDS, names))
        slow, (seen, number, last) = beset(server, count, number, seconds / 2 / ROUNDS, names)
        loud.append(slow)
        tried += seen
        names[attacks.PROJECT] = f"half-{last}"
        if not until(lambda: server.held()[1] <= files, 10):
            raise Refuted(f"{server.held()[1]} descriptors are left of the {files} before")
    state_is(server, names)
    unexpected = {key[:2]: times for key, times in tried.items() if not key[2]}
    ratio = statistics.median(one / other for one, other in zip(loud, quiet, strict=True))
    highest = server.megabytes("VmHWM")
    kinds = collections.Counter()
    for (kind, outcome, _), times in sorted(tried.items()):
        kinds[f"{kind} {outcome}"] += times
    both = [", ".join(f"{one:.2f}" for one in times) for times in (quiet, loud)]
    text = (
        f"p99 of healthy renames {both[0]} ms alone and {both[1]} ms beside {count} idle, 200 slow and the hostile"
        f" ones, median of the ratios {ratio:.2f}; memory at most {highest:.0f} MB; threads {threads} before,"
        f" {server.held()[0]} after; descriptors {files}, {server.held()[1]}; {sum(tried.values())} attacks"
        f" ({dict(kinds)}); the state is what acknowledged requests made it"
    )
    if unexpected or ratio > SLOWER or highest > MEGABYTES or server.held()[0] > threads:
        raise Refuted(f"{text}; unexpected: {unexpected}")
    return text
