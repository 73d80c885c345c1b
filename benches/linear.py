"""Linearizability: is there an order of the requests that explains all answers, in which none moves out of its time?

Wing and Gong's search, a drill at a time: try every request that began before all others ended, go back where its
answer does not fit. What was tried is remembered as the set of what is done and the state it led to (Lowe).
"""

import dataclasses
import itertools
import random
import threading
import time

from wire import DRILLS, Client, Refuted

GONE = None


@dataclasses.dataclass(frozen=True)
class Event:
    """A request with the name it asks for, the status and name of its answer, and when both were."""

    kind: str
    name: str | None
    status: int
    seen: str | None
    began: float
    ended: float

    def after(self, state):
        """The state behind it, if in this state it is answered so; else nothing, as a list of one or none."""
        if state is GONE:
            return [GONE] if self.status == 404 else []
        if self.status != 200:
            return []
        if self.kind == "delete":
            return [GONE]
        state = self.name if self.kind == "rename" else state
        return [state] if self.seen == state else []


def is_legal(history, start):
    """Whether some order explains the answers of one drill's history."""
    history = sorted(history, key=lambda event: event.began)
    everything = (1 << len(history)) - 1
    stack, known = [(0, start)], {(0, start)}
    while stack:
        done, state = stack.pop()
        if done == everything:
            return True
        left = [(place, event) for place, event in enumerate(history) if not done >> place & 1]
        first_end = min(event.ended for _, event in left)
        for place, event in left:
            if event.began > first_end:
                break
            for state_after in event.after(state):
                node = (done | 1 << place, state_after)
                if node not in known:
                    known.add(node)
                    stack.append(node)
    return False


def bites():
    """Made-up histories: the checker must take the legal ones and refuse the others."""
    cases = {
        "a show that overlaps a rename sees either name": (
            True,
            [("rename", "b", 200, "b", 0, 3), ("show", None, 200, "a", 1, 2)],
        ),
        "a show after a rename sees the old name": (
            False,
            [("rename", "b", 200, "b", 0, 1), ("show", None, 200, "a", 2, 3)],
        ),
        "a name is seen, then the one before it": (
            False,
            [("rename", "b", 200, "b", 0, 9), ("show", None, 200, "b", 1, 2), ("show", None, 200, "a", 3, 4)],
        ),
        "both of two deletes are taken": (
            False,
            [("delete", None, 200, None, 0, 3), ("delete", None, 200, None, 1, 2)],
        ),
        "a deleted drill is shown": (False, [("delete", None, 200, None, 0, 1), ("show", None, 200, "a", 2, 3)]),
        "a drill is missing that nobody deleted": (False, [("show", None, 404, None, 0, 1)]),
        "a drill is gone for who asks while it is deleted": (
            True,
            [("delete", None, 200, None, 0, 3), ("show", None, 404, None, 1, 2)],
        ),
    }
    for what, (legal, rows) in cases.items():
        if is_legal([Event(*row) for row in rows], "a") != legal:
            raise Refuted(f"the checker misjudges a made-up history: {what}")
    return len(cases)


def worker(address, project, drills, seed, histories, troubles):
    """One client: its requests go to one drill after the other, their order drawn from the seed."""
    draw, client = random.Random(seed), Client(address, project)
    try:
        for step in range(40):
            drill, name = draw.choice(drills), f"n{seed}-{step}"
            kind = draw.choices(("rename", "show", "delete"), (10, 10, 0.4))[0]
            began = time.monotonic()
            if kind == "rename":
                status, document = client.rename(drill, name)
            else:
                method = "GET" if kind == "show" else "DELETE"
                status, document = client.ask(method, f"disaster-recovery-drills/{drill}")
            ended = time.monotonic()
            if status not in (200, 404):
                raise Refuted(f"{kind} was answered {status} {document}")
            seen = document.get("disaster_recovery_drill", {}).get("name")
            histories[drill].append(Event(kind, name if kind == "rename" else None, status, seen, began, ended))
    except Exception as trouble:
        troubles.append(trouble)


def prove(server, seconds):
    """Rounds of six clients on the drills of a fresh project, until the time is over; what was seen, as text."""
    made_up, end = bites(), time.monotonic() + seconds
    drills = requests = overlaps = deleted = damaged = number = 0
    while time.monotonic() < end:
        project, number = f"linear-{number}", number + 1
        first = Client(server.address, project)
        starts = {drill: first.expect(200, "GET", f"disaster-recovery-drills/{drill}") for drill in DRILLS}
        histories, troubles = {drill: [] for drill in DRILLS}, []
        seeds = range(6 * number, 6 * number + 6)
        rows = [(server.address, project, DRILLS, seed, histories, troubles) for seed in seeds]
        clients = [threading.Thread(target=worker, args=row) for row in rows]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        if troubles:
            raise troubles[0]
        for drill, history in histories.items():
            start = starts[drill]["disaster_recovery_drill"]["name"]
            if not is_legal(history, start):
                raise Refuted(f"no order explains the answers about drill {drill} of {project}: {history}")
            drills, requests = drills + 1, requests + len(history)
            deleted += any(event.kind == "delete" for event in history)
            pairs = itertools.combinations(history, 2)
            overlaps += sum(one.began < other.ended and other.began < one.ended for one, other in pairs)
            # What really happened with one answer changed must not pass.
            shown = [event for event in history if event.kind == "show" and event.status == 200]
            if shown:
                history[history.index(shown[-1])] = dataclasses.replace(shown[-1], seen="never-a-name")
                damaged += 1
                if is_legal(history, start):
                    raise Refuted("the checker passes a recorded history with an answer that was changed")
        first.expect(200, "DELETE", f"/_mock/projects/{project}")
    return (
        f"{drills} drills, {requests} requests, {overlaps} pairs of them at once, {deleted} drills deleted meanwhile:"
        f" each has a legal order; {made_up} made-up histories judged rightly, {damaged} damaged ones refused"
    )
