"""sdrs-mock for Python: the server as a child process, its control plane as calls, and a plugin for pytest.

>>> from sdrs_mock import Server, effects
>>> with Server.start("--seed", "0") as server:
...     project = server.project("my-test")
...     _ = project.fault(effects.error(503), on="ShowQuota", first=1)
...     [fault["remaining"] for fault in project.faults()]
[1]

In pytest, the fixture ``sdrs_mock`` is such a project, one of its own for each test.
"""

from . import coverage, documents, effects, environment, jobs
from .control import Control
from .errors import (
    NotStarted,
    NotVerified,
    Refused,
    SdrsMockError,
    Undecided,
    Unreachable,
)
from .project import Project
from .server import Server, binary

__all__ = [
    "Control",
    "NotStarted",
    "NotVerified",
    "Project",
    "Refused",
    "SdrsMockError",
    "Server",
    "Undecided",
    "Unreachable",
    "binary",
    "coverage",
    "documents",
    "effects",
    "environment",
    "jobs",
]
