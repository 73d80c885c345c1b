"""What becomes of a request that meets a fault: the ``effect`` of :meth:`sdrs_mock.Project.fault`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NewType

from .documents import Duration, Json, span

Effect = NewType("Effect", "dict[str, Json]")
"""An effect as the control plane reads it."""


def _effect(kind: str, **members: Json) -> Effect:
    return Effect({"kind": kind} | {name: value for name, value in members.items() if value is not None})


def error(status: int, code: str | None = None, retry_after: Duration | None = None) -> Effect:
    """It is refused: without a code as the gateway does with this status, with one as the service does."""
    return _effect("error", status=status, code=code, retry_after=None if retry_after is None else span(retry_after))


def timeout() -> Effect:
    """It is held until the client leaves, the fault expires or the server stops."""
    return _effect("timeout")


def reset() -> Effect:
    """The connection is reset."""
    return _effect("reset")


def empty() -> Effect:
    """The connection is closed without an answer."""
    return _effect("empty")


def truncate(size: int) -> Effect:
    """The answer ends after so many bytes of its body, and the connection with it."""
    return _effect("truncate", bytes=size)


def slow_body(chunk: int, pause: Duration) -> Effect:
    """The answer's body comes in pieces of so many bytes, with a pause between them."""
    return _effect("slow-body", chunk=chunk, pause=span(pause))


def raw(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> Effect:
    """It is answered by somebody else, such as a proxy with a page of HTML."""
    return _effect("raw", status=status, body=body, headers=dict(headers or {}))


def patch(merge: Mapping[str, Json]) -> Effect:
    """Its answer is changed by a JSON merge patch: None takes a member away."""
    return _effect("patch", patch=dict(merge))


def apply_then_fail(status: int | None = None, code: str | None = None) -> Effect:
    """It is carried out, but its answer is lost: an error with a status, else a closed connection."""
    return _effect("apply-then-fail", status=status, code=code)


def none() -> Effect:
    """Nothing, besides the fault's delay."""
    return _effect("none")
