"""What can go wrong between a test and the mock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .documents import Request


class SdrsMockError(Exception):
    """Anything of this package that goes wrong."""


class NotStarted(SdrsMockError):
    """The server could not be started; the message has what it wrote to standard error."""


class Unreachable(SdrsMockError):
    """Nothing answered the control plane's call, or something that is no sdrs-mock did."""


class Refused(SdrsMockError):
    """The control plane refused a call, and changed nothing."""

    def __init__(
        self, status: int, code: str, message: str, pointer: str | None = None, hint: str | None = None
    ) -> None:
        self.status = status
        """The HTTP status."""
        self.code = code
        """A word that stays the same, such as ``unknown_operation``."""
        self.message = message
        """What was wrong."""
        self.pointer = pointer
        """Where in what was sent, as a JSON pointer."""
        self.hint = hint
        """What may have been meant."""
        where = f" at {pointer!r}" if pointer is not None else ""
        meant = f"; {hint}" if hint else ""
        super().__init__(f"{code}: {message}{where}{meant}")

    def __reduce__(self) -> tuple[object, ...]:
        # As it was made: an exception would be unpickled from its message alone, and xdist ships exceptions.
        return type(self), (self.status, self.code, self.message, self.pointer, self.hint)


class NotVerified(SdrsMockError, AssertionError):
    """The requests that came are not those that were expected."""

    def __init__(self, question: str, actual: int, nearest: Sequence[Request]) -> None:
        self.question = question
        """What was asked, as JSON."""
        self.actual = actual
        """How many requests matched, or how much of the sequence came."""
        self.nearest = nearest
        """The requests that are most like what was asked for."""
        like = "".join(f"\n  {told(request)}" for request in nearest)
        super().__init__(f"{question} came {actual} times" + (f"; most like it:{like}" if like else ""))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.question, self.actual, self.nearest)


class Undecided(SdrsMockError, AssertionError):
    """Entries of the journal were dropped that may have changed the answer: ask earlier, or clear the journal."""


def told(request: Request) -> str:
    """One line about a request, as failed tests show it."""
    query = f"?{request['query']}" if request["query"] else ""
    answer = str(request["status"] or "broken off") + (f" {request['code']}" if request["code"] else "")
    fault = f" by {request['fault']}" if request["fault"] else ""
    body = "" if request["body"] is None else f" {json.dumps(request['body'], ensure_ascii=False)}"
    return f"{request['method']} {request['path']}{query}{body} -> {answer}{fault}"
