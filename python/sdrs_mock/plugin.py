"""The plugin for pytest: the fixture ``sdrs_mock``, a project of its own for each test, on one server for all."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypedDict, cast

import pytest

from . import coverage
from .documents import Coverage, Slip
from .environment import CLEARED, variables
from .errors import NotStarted, Refused, SdrsMockError, told
from .project import Project
from .server import Server

SHOWN_REQUESTS = 20
"""How many requests a failed test shows at most."""

_INPUT = "sdrs_mock"
"""The key under which xdist's controller tells its workers of the server."""
_OUTPUT = "sdrs_mock_coverage"
"""The key under which they tell it what was covered."""


class _Shared(TypedDict):
    """What the controller tells its workers: where the server is, or why there is none."""

    origin: str | None
    token: str | None
    problem: str | None
    salt: str


class _Options(TypedDict, total=False):
    """What the marker ``sdrs_mock`` can say about a test."""

    strict: bool
    world: str
    region: str


class Run:
    """What a process of a test run knows: its server, made when it is first asked for, and what was covered."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._server: Server | None = None
        self._shared = cast("_Shared | None", getattr(config, "workerinput", {}).get(_INPUT))
        self.coverages: list[Coverage] = []
        self.unwritten: str | None = None
        """Why the coverage could not be written."""
        self.strict = bool(config.getoption("sdrs_mock_strict") or config.getini("sdrs_mock_strict"))
        file = cast("str | None", config.getoption("sdrs_mock_coverage"))
        self.coverage_file = None if file is None else config.invocation_params.dir / file
        if file is not None and not file.endswith(".json"):
            raise pytest.UsageError(
                f"--sdrs-mock-coverage {file}: expected the name of a file that ends with .json; "
                "the table for people is written beside it, with .md in place of .json"
            )
        # On a server of our own the same test has the same project ID in each run, and so the same IDs in all
        # answers. On another one somebody else may run the same tests at the same time.
        self.salt = self._shared["salt"] if self._shared else "" if self._url is None else uuid.uuid4().hex

    @property
    def _url(self) -> str | None:
        return cast("str | None", self._config.getoption("sdrs_mock_url") or os.environ.get("SDRS_MOCK_URL"))

    @property
    def is_worker(self) -> bool:
        """Whether this process is a worker of xdist."""
        return hasattr(self._config, "workerinput")

    def server(self) -> Server:
        """The server; raises :class:`sdrs_mock.SdrsMockError` where there is none."""
        if self._server is None:
            self._server = self._found()
        return self._server

    def _found(self) -> Server:
        shared = self._shared
        if shared is not None:
            if shared["origin"] is None:
                raise NotStarted(shared["problem"])
            return Server.connect(shared["origin"], shared["token"])
        if self._url is not None:
            return Server.connect(self._url)
        seeded = {"SDRS_MOCK_SEED": "0"} | os.environ
        return Server.start(*self._config.getini("sdrs_mock_args"), environment=seeded)

    def share(self, salt: str) -> _Shared:
        """What a worker is told."""
        shared: _Shared = {"origin": None, "token": None, "problem": None, "salt": self.salt + salt}
        try:
            server = self.server()
            shared["origin"], shared["token"] = server.origin, server.control.token
        except SdrsMockError as problem:
            # Told by the tests that want the server, and by no others.
            shared["problem"] = str(problem)
        return shared

    def project_id(self, test: str) -> str:
        """The project ID of a test: 32 hexadecimal digits, as real ones have."""
        return hashlib.sha256(f"{self.salt}\0{test}".encode()).hexdigest()[:32]

    def covered(self) -> Coverage:
        """All that was covered as far as this process knows."""
        return coverage.merge(self.coverages)

    def stop(self) -> None:
        """Stops the server, if this process started one."""
        if self._server is not None:
            self._server.stop()


_RUN = pytest.StashKey[Run]()
_PROJECT = pytest.StashKey[Project]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options; those that a suite has for good can stand in its ini file too."""
    group = parser.getgroup("sdrs-mock", "a mock server of SDRS")
    group.addoption(
        "--sdrs-mock-strict", action="store_true", default=False,
        help="fail a test whose client did what a careful reviewer would object to, as GET /_mock/report tells it",
    )  # fmt: skip
    group.addoption(
        "--sdrs-mock-coverage", metavar="FILE.json", default=None,
        help="write which operations and refusals the tests met, as JSON, and beside it FILE.md as a table",
    )  # fmt: skip
    group.addoption(
        "--sdrs-mock-url", metavar="URL", default=None,
        help="use the server at this origin instead of starting one [variable: SDRS_MOCK_URL]",
    )  # fmt: skip
    group.addoption(
        "--sdrs-mock-per-worker", action="store_true", default=False,
        help="start a server for each worker of xdist instead of one for all",
    )  # fmt: skip
    parser.addini("sdrs_mock_strict", "as --sdrs-mock-strict", type="bool", default=False)
    parser.addini("sdrs_mock_args", "arguments of the server, such as --dialect live", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Reads the options; the server waits until a test wants it."""
    config.addinivalue_line(
        "markers",
        "sdrs_mock(strict=True|False, world='template'|'empty'|'scenario:NAME', region='cn-north-4'): "
        "about the project of a test that takes the fixture sdrs_mock: whether a report that is not clean fails it, "
        "what it starts from, and which region its environment names",
    )
    config.stash[_RUN] = Run(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """On xdist's controller: starts the server before the first worker, and tells each where it is."""
    config: pytest.Config = node.config
    if config.getoption("sdrs_mock_per_worker"):
        return
    # With --dist each every worker runs every test, at the same time.
    salt = node.gateway.id if config.getoption("dist", None) == "each" else ""
    node.workerinput[_INPUT] = config.stash[_RUN].share(salt)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """On xdist's controller: takes what a worker covered; one that crashed takes it along."""
    covered = getattr(node, "workeroutput", {}).get(_OUTPUT)
    if covered is not None:
        node.config.stash[_RUN].coverages.append(covered)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes the coverage, or hands it to the process that does."""
    config = session.config
    run = config.stash[_RUN]
    if run.coverage_file is None:
        return
    if run.is_worker:
        cast(Any, config).workeroutput[_OUTPUT] = run.covered()
        return
    try:
        _write(run.coverage_file, run.covered())
    except OSError as error:
        # Told below the results, which it must not take the place of; but a run without what it was asked for failed.
        run.unwritten = f"{run.coverage_file} cannot be written: {error}"
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def _write(file: Path, covered: Coverage) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(covered, indent=1) + "\n", encoding="utf-8")
    file.with_suffix(".md").write_text(coverage.markdown(covered), encoding="utf-8")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Says where the coverage is, and how much it is."""
    run = config.stash[_RUN]
    if run.unwritten is not None:
        terminalreporter.write_line(f"sdrs-mock: --sdrs-mock-coverage: {run.unwritten}", red=True)
    elif run.coverage_file is not None:
        covered = run.covered()
        operations, refusals = covered["operations"], covered["refusals"]
        terminalreporter.write_line(
            f"sdrs-mock: {operations['seen']} of {operations['of']} operations and {refusals['seen']} of "
            f"{refusals['of']} refusals, see {run.coverage_file} and {run.coverage_file.with_suffix('.md').name}"
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the server."""
    run = config.stash.get(_RUN, None)
    if run is not None:
        run.stop()


@pytest.fixture(scope="session")
def sdrs_mock_server(pytestconfig: pytest.Config) -> Server:
    """The server, one for all tests of the run, and for all workers of xdist unless ``--sdrs-mock-per-worker``."""
    return pytestconfig.stash[_RUN].server()


@pytest.fixture
def sdrs_mock(
    request: pytest.FixtureRequest, sdrs_mock_server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """A project of this test's own, which is deleted behind it.

    For the time of the test the environment sends the SDKs of Huawei Cloud and OpenStack there.
    """
    run = request.config.stash[_RUN]
    options = _options(request.node)
    project = sdrs_mock_server.project(run.project_id(request.node.nodeid))
    if "world" in options:
        project.start_from(options["world"])
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    region = options.get("region", "cn-north-4")
    for name, value in variables(project, os.environ, region).items():
        monkeypatch.setenv(name, value)
    request.node.stash[_PROJECT] = project
    yield project
    if run.coverage_file is not None:
        run.coverages.append(project.coverage())
    try:
        project.delete()
    except Refused as refused:
        # A test may delete its project itself.
        if refused.code != "not_found":
            raise


def _options(node: pytest.Item) -> _Options:
    """What the markers say, the nearest one first."""
    options: dict[str, object] = {}
    for marker in reversed(list(node.iter_markers("sdrs_mock"))):
        unknown = set(marker.kwargs) - set(_Options.__annotations__)
        if unknown or marker.args:
            given = ", ".join([*map(repr, marker.args), *sorted(unknown)])
            known = ", ".join(_Options.__annotations__)
            raise pytest.UsageError(f"{node.nodeid}: the marker sdrs_mock takes {known}, each by its name; not {given}")
        options |= marker.kwargs
    return cast(_Options, options)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """In strict mode: a test that passed fails where the report of its project is not clean."""
    result = yield
    project = item.stash.get(_PROJECT, None)
    if project is not None and _options(item).get("strict", item.config.stash[_RUN].strict):
        slips = project.report()
        if slips:
            pytest.fail(_objection(slips), pytrace=False)
    return result


def _objection(slips: list[Slip]) -> str:
    lines = [f"{slip['message']} ({slip['kind']}, {slip['times']} times)" for slip in slips]
    return "\n  ".join(["sdrs-mock: the client passed the test, but", *lines]) + (
        "\nmend the client, or exempt the test with @pytest.mark.sdrs_mock(strict=False)"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows with a failed test what its client asked for, and what it was answered."""
    report = yield
    project = item.stash.get(_PROJECT, None)
    if call.when == "call" and report.failed and project is not None:
        report.sections.append((f"sdrs-mock: requests of project {project.id}, oldest first", _asked(project)))
    return report


def _asked(project: Project) -> str:
    try:
        requests = project.requests()
    except SdrsMockError as error:
        return str(error)
    shown = [told(request) for request in reversed(requests[:SHOWN_REQUESTS])]
    if len(requests) > SHOWN_REQUESTS:
        shown.insert(0, f"… and {len(requests) - SHOWN_REQUESTS} before them")
    return "\n".join(shown) or "none"
