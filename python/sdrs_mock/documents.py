"""The JSON documents of the control plane, as they are sent and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, TypedDict, Union

Json = Any
"""Any JSON value."""

Duration = Union[str, timedelta]
"""How long: as people write it (``250ms``, ``90s``, ``10m``, ``2h``), or a :class:`~datetime.timedelta`."""


def span(duration: Duration) -> str:
    """The duration as the control plane reads it, to the millisecond."""
    if isinstance(duration, str):
        return duration
    return f"{round(duration / timedelta(milliseconds=1))}ms"


class Match(TypedDict, total=False):
    """Conditions on a request, all of which must hold. Texts are patterns in which ``*`` stands for anything."""

    operation: str
    """The operation, by its name in the SDKs, such as ``UpdateDisasterRecoveryDrillName``."""
    method: str
    path: str
    query: Mapping[str, str]
    header: Mapping[str, str]
    body: Json
    """JSON that the body must have in it: each member of an object, each element of a list."""
    status: int
    """The status of the answer; only for questions, a fault meets what is not answered yet."""
    code: str
    """The code of the answer; only for questions too."""


class Fault(TypedDict, total=False):
    """A fault as it is shown: as it was armed, and what became of it."""

    id: str
    match: Match
    when: Mapping[str, Json]
    delay: str
    effect: Mapping[str, Json]
    ttl: str
    expires_at: str
    matched: int
    """How many requests matched it."""
    hits: int
    """How often it fired."""
    remaining: int
    """How many requests it will still meet, where that is known."""


class Clock(TypedDict):
    """What a project's clock shows."""

    mode: Literal["real", "frozen"]
    now: str
    offset: str | None
    """How far a real clock is ahead."""
    jobs_pending: int
    next_due: str | None
    """When the next job ends by itself."""


class Job(TypedDict):
    """A job as the control plane tells of it."""

    project: str
    job_id: str
    job_type: str
    status: Literal["INIT", "RUNNING", "SUCCESS", "FAIL"]
    begin_time: str
    end_time: str | None
    changes: Mapping[str, str] | None
    """Collection and ID of what it changes, while it goes on."""
    rule: str | None
    """The rule that governs it; none is the server's default."""
    waits_for: Json
    error_code: str | None
    fail_reason: str | None


class Request(TypedDict):
    """A request that was made."""

    id: int
    time: str
    project: str | None
    operation: str | None
    """None where no route knew the request."""
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """With lower-case names, secrets blotted out."""
    body: Json
    """JSON where it is some, else text, or None."""
    status: int
    """0 where the connection was broken instead of answered."""
    code: str | None
    request_id: str | None
    duration_us: int
    fault: str | None
    unread: Sequence[str]
    """What of it nothing has read."""


class Slip(TypedDict, total=False):
    """One thing that a careful reviewer would say about the client."""

    kind: Literal[
        "unread-member", "unread-parameter", "unmatched", "job-never-read", "rule-never-fired", "fault-never-fired"
    ]
    project: str
    operation: str
    subject: str
    message: str
    times: int


class Report(TypedDict):
    """All slips; none after a clean run."""

    clean: bool
    slips: list[Slip]


class Share(TypedDict):
    """How many of how many were seen."""

    seen: int
    of: int


class RefusalCovered(TypedDict, total=False):
    """A refusal that an operation can answer, and how often it did."""

    code: str
    grade: str | None
    when: str
    seen: int
    unreachable: str


class OperationCovered(TypedDict):
    """How often an operation succeeded, and how often it was refused how."""

    operation: str
    method: str
    path: str
    success: int
    refusals: list[RefusalCovered]


class Coverage(TypedDict):
    """What the clients of a project, or of several, exercised."""

    operations: Share
    refusals: Share
    covered: list[OperationCovered]
