"""When jobs end, and how: ``progression`` and ``outcome`` of :meth:`sdrs_mock.Project.job_rule`."""

from __future__ import annotations

from typing import NewType

from .documents import Duration, Json, span

Progression = NewType("Progression", "dict[str, Json]")
"""When a job ends, as the control plane reads it."""

Outcome = NewType("Outcome", "dict[str, Json]")
"""How a job ends, as the control plane reads it."""


def immediate() -> Progression:
    """With the next look of any kind."""
    return Progression({"kind": "immediate"})


def polls(number: int) -> Progression:
    """With so many looks at the job or at what it changes; lists do not count."""
    return Progression({"kind": "polls", "n": number})


def after(duration: Duration) -> Progression:
    """After this long on the project's clock."""
    return Progression({"kind": "after", "duration": span(duration)})


def manual() -> Progression:
    """When :meth:`sdrs_mock.Project.complete` or :meth:`sdrs_mock.Project.fail` says so."""
    return Progression({"kind": "manual"})


def success() -> Outcome:
    """As asked for."""
    return Outcome({"kind": "success"})


def fail(error_code: str | None = None, fail_reason: str | None = None) -> Outcome:
    """Nothing is done, and the job says so; without a code with that of its type."""
    return _failed("fail", error_code, fail_reason)


def false_negative(error_code: str | None = None, fail_reason: str | None = None) -> Outcome:
    """All is done, but the job says that it failed."""
    return _failed("false-negative", error_code, fail_reason)


def stuck() -> Outcome:
    """Never, whatever the progression says."""
    return Outcome({"kind": "stuck"})


def _failed(kind: str, error_code: str | None, fail_reason: str | None) -> Outcome:
    given = {"error_code": error_code, "fail_reason": fail_reason}
    return Outcome({"kind": kind} | {name: value for name, value in given.items() if value is not None})
