"""One project of a server: a world of its own, and what a test may decide about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Literal, cast

from .control import Control
from .documents import Clock, Coverage, Duration, Fault, Job, Json, Match, Report, Request, Slip, span
from .effects import Effect, error
from .errors import NotVerified, Undecided
from .jobs import Outcome, Progression

On = Match | str | None
"""Which requests are meant: those of an operation by its name, or those that fit a match; None is all of them."""

Scope = Literal["state", "jobs", "job-rules", "faults", "clock", "ids", "journal"]
"""The parts of a project that can be reset."""

Collection = Literal[
    "server-groups", "protected-instances", "replications", "disaster-recovery-drills",
    "servers", "volumes", "vpcs", "domains",
]  # fmt: skip
"""What :meth:`Project.patch` can change rows of."""


class Project:
    """A project: its state, clock, job rules, faults and journal are seen by no other project.

    Every method but :meth:`request_url` is a call of the control plane, which raises :class:`sdrs_mock.Refused` where
    it is refused. Nothing has to be cleared between tests that have a project each.
    """

    def __init__(self, control: Control, project_id: str) -> None:
        self.control = control
        """The control plane of the server."""
        self.id = project_id
        """The project ID, the first segment of a path behind ``/v1``."""
        self._snapshots: list[str] = []

    def __repr__(self) -> str:
        return f"Project({self.url!r})"

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server: what SDKs call the endpoint."""
        return self.control.origin

    @property
    def url(self) -> str:
        """The URL below which the project's resources are, without a slash at its end."""
        return f"{self.origin}/v1/{self.id}"

    def request_url(self, path: str) -> str:
        """The URL of this path below the project's, such as ``/disaster-recovery-drills``."""
        return f"{self.url}/{path.lstrip('/')}"

    def _ask(self, method: str, path: str, body: Json = None, **query: object) -> Json:
        return self.control.ask(method, path, {"project": self.id, **query}, body)

    # ---- faults

    def fault(
        self,
        effect: Effect | Mapping[str, Json],
        on: On = None,
        *,
        first: int | None = None,
        every: int | None = None,
        after: int | None = None,
        once_per_token: bool = False,
        probability: float | None = None,
        seed: int | None = None,
        delay: Duration | None = None,
        ttl: Duration | None = None,
    ) -> Fault:
        """Arms a fault behind those that are there; see :mod:`sdrs_mock.effects`.

        At most one of ``first`` (the first so many requests), ``every`` (each n-th), ``after`` (all but the first so
        many), ``once_per_token`` and ``probability`` (with ``seed`` the same sequence each time) picks among the
        requests that match; without any the fault meets all of them.
        """
        when = {"first": first, "every": every, "after": after, "probability": probability, "seed": seed}
        if once_per_token:
            when["once_per"] = cast(int, "token")
        fault: dict[str, Json] = {"effect": dict(effect), "match": _match(on), "when": _given(when)}
        if delay is not None:
            fault["delay"] = span(delay)
        if ttl is not None:
            fault["ttl"] = span(ttl)
        return cast(Fault, self._ask("POST", "faults", fault)["added"][0])

    def refuse(self, on: On, status: int, code: str | None = None, *, first: int | None = None) -> Fault:
        """Arms the most usual fault: these requests, or the first so many of them, are refused."""
        return self.fault(error(status, code), on, first=first)

    def faults(self) -> list[Fault]:
        """The faults, in the order in which they are looked at."""
        return cast("list[Fault]", self._ask("GET", "faults")["faults"])

    def clear_faults(self) -> None:
        """Takes all faults away."""
        self._ask("DELETE", "faults")

    # ---- jobs

    def job_rule(
        self,
        progression: Progression | Mapping[str, Json] | None = None,
        outcome: Outcome | Mapping[str, Json] | None = None,
        *,
        job_type: str | None = None,
        name: str | None = None,
        times: int | None = None,
    ) -> str:
        """Adds a rule for jobs behind those that are there: when they end, and how; see :mod:`sdrs_mock.jobs`.

        It governs jobs of this type, such as ``createDisasterRecoveryDrill``, that change what has such a name (a
        pattern in which ``*`` stands for anything), and at most ``times`` of them. Gives the rule's ID.
        """
        rule = {"progression": progression, "outcome": outcome, "times": times}
        match = _given({"job_type": job_type, "name": name})
        return cast(str, self._ask("POST", "job-rules", {"match": match, **_given(rule)})["added"][0])

    def clear_job_rules(self) -> None:
        """Takes all rules for jobs away."""
        self._ask("DELETE", "job-rules")

    def jobs(self, status: str | None = None) -> list[Job]:
        """The jobs, newest first; of one status if it is given."""
        return cast("list[Job]", self._ask("GET", "jobs", status=status)["jobs"])

    def complete(self, job_id: str) -> Job:
        """Ends a job with success, whatever was planned."""
        return cast(Job, self._ask("POST", f"jobs/{job_id}/complete"))

    def fail(self, job_id: str, error_code: str | None = None, fail_reason: str | None = None) -> Job:
        """Ends a job with failure, whatever was planned; without a code with that of its type."""
        body = _given({"error_code": error_code, "fail_reason": fail_reason})
        return cast(Job, self._ask("POST", f"jobs/{job_id}/fail", body))

    # ---- clock

    def clock(self) -> Clock:
        """What the project's clock shows, and what waits for it."""
        return cast(Clock, self._ask("GET", "clock"))

    def freeze(self, now: datetime | str = "2026-01-01T00:00:00Z") -> None:
        """Lets the clock stand at this time: RFC 3339 in UTC, or a datetime that knows its time zone."""
        self._ask("PUT", "clock", {"mode": "frozen", "now": _instant(now)})

    def unfreeze(self) -> None:
        """Lets the clock go with the real one."""
        self._ask("PUT", "clock", {"mode": "real"})

    def advance(self, by: Duration) -> list[Job]:
        """Turns the clock ahead, and gives the jobs that ended by it."""
        return cast("list[Job]", self._ask("POST", "clock/advance", {"by": span(by)})["ended"])

    def advance_to_next_due(self) -> list[Job]:
        """Turns the clock to the next instant at which a job ends, and gives the jobs that ended then."""
        return cast("list[Job]", self._ask("POST", "clock/advance", {"to": "next-due"})["ended"])

    # ---- what was asked

    def requests(self, operation: str | None = None, status: int | None = None) -> list[Request]:
        """The requests that were made, the latest first; of one operation or status if it is given."""
        listed = self._ask("GET", "requests", operation=operation, status=status, limit=1000)
        return cast("list[Request]", listed["requests"])

    def unmatched(self) -> list[Request]:
        """The requests that no route knew, each with the ``nearest`` operations."""
        return cast("list[Request]", self._ask("GET", "requests/unmatched")["requests"])

    def verify(
        self, on: On = None, *, exactly: int | None = None, at_least: int | None = None, at_most: int | None = None
    ) -> None:
        """Asserts that such requests came so often, without a number at least once.

        Raises :class:`sdrs_mock.NotVerified` with the requests that are most like it, and
        :class:`sdrs_mock.Undecided` where what the journal dropped may have changed the answer.
        """
        times = _given({"exactly": exactly, "at_least": at_least, "at_most": at_most})
        question: dict[str, Json] = {"match": _match(on)}
        self._verify(question | ({"times": times} if times else {}))

    def verify_sequence(self, *sequence: Match | str) -> None:
        """Asserts that requests like these came in this order, others perhaps in between."""
        self._verify({"sequence": [_match(wanted) for wanted in sequence]})

    def _verify(self, question: dict[str, Json]) -> None:
        status, text = self.control.call("POST", "requests/verify", {"project": self.id}, question)
        asked = json.dumps(question, ensure_ascii=False)
        if status == 409:
            verdict = json.loads(text)
            raise NotVerified(asked, verdict["actual"], verdict.get("nearest", []))
        if status == 424:
            raise Undecided(f"{asked}: the journal dropped requests that may have changed the answer")
        self.control.read("POST", "requests/verify", status, text)

    def clear_requests(self) -> None:
        """Clears the journal."""
        self._ask("DELETE", "requests")

    def report(self) -> list[Slip]:
        """What a careful reviewer would say about the client; empty after a clean run."""
        return cast(Report, self._ask("GET", "report"))["slips"]

    def coverage(self) -> Coverage:
        """Each operation, and each refusal that it can answer, with how often it was seen."""
        return cast(Coverage, self._ask("GET", "coverage"))

    # ---- state

    def start_from(self, world: str) -> None:
        """Makes the project anew: from ``template``, ``empty``, or a built-in ``scenario:NAME``."""
        self.control.ask("PUT", f"projects/{self.id}", None, {"from": world})

    def reset(self, *scopes: Scope, to: Literal["seed", "empty"] = "seed") -> None:
        """Puts these parts back to what they were at first, all of them where none is named."""
        self._ask("POST", "reset", scope=",".join(scopes) or None, to=to)

    def state(self) -> Json:
        """The state as a document, which can be put back and is a fixture too."""
        return self._ask("GET", "state")

    def put_state(self, document: Json) -> None:
        """Puts a document in place of the state; it must name this project and no other."""
        self._ask("PUT", "state", document)

    def patch(self, collection: Collection, row: str, merge: Mapping[str, Json]) -> Json:
        """Changes a row by a JSON merge patch, past the API's transitions; gives it with ``warnings``."""
        return self._ask("PATCH", f"resources/{collection}/{row}", dict(merge))

    def snapshot(self, name: str | None = None) -> str:
        """Sets the state aside; the ID for :meth:`restore`."""
        snapshot = cast(str, self._ask("POST", "snapshots", _given({"name": name}))["id"])
        self._snapshots.append(snapshot)
        return snapshot

    def restore(self, snapshot: str) -> None:
        """Puts the state back as it was set aside; the snapshot stays."""
        self.control.ask("POST", f"snapshots/{snapshot}/restore", project=self.id)

    def forget(self, snapshot: str) -> None:
        """Drops a snapshot."""
        self.control.ask("DELETE", f"snapshots/{snapshot}", project=self.id)
        self._snapshots = [taken for taken in self._snapshots if taken != snapshot]

    def delete(self) -> None:
        """Drops the project, its journal, and the snapshots that were taken through this object."""
        for snapshot in self._snapshots.copy():
            self.forget(snapshot)
        self.clear_requests()
        self.control.ask("DELETE", f"projects/{self.id}")


def _given(members: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in members.items() if value is not None}


def _match(on: On) -> Mapping[str, Json]:
    if on is None:
        return {}
    return {"operation": on} if isinstance(on, str) else cast("Mapping[str, Json]", on)


def _instant(now: datetime | str) -> str:
    if isinstance(now, str):
        return now
    if now.tzinfo is None:
        raise ValueError(f"{now!r} has no time zone: say datetime(…, tzinfo=timezone.utc)")
    return now.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
