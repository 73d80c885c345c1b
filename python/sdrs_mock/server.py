"""A server of the mock: one that is started here, or one that is there."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from .control import Control
from .documents import Coverage, Json
from .errors import NotStarted, SdrsMockError
from .project import Project

START_SECONDS = 20.0
"""How long a server may take to its ready line; it takes milliseconds where the machine has nothing else to do."""

STOP_SECONDS = 15.0
"""How long a server may take to stop: longer than its own ``--shutdown-timeout``."""

_READY = re.compile(r"^sdrs-mock \S+ ready on (https?://\S+) ")


def binary() -> Path:
    """The program ``sdrs-mock``: what ``SDRS_MOCK_BINARY`` names, else what this package brought, else of the PATH."""
    named = os.environ.get("SDRS_MOCK_BINARY")
    if named:
        return Path(named)
    name = "sdrs-mock.exe" if os.name == "nt" else "sdrs-mock"
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    folders = [sysconfig.get_path("scripts", scheme) for scheme in schemes]
    # Beside the interpreter, where a virtual environment has it and the schemes are a distribution's own.
    folders.append(str(Path(sys.executable).parent))
    for folder in folders:
        if (Path(folder) / name).is_file():
            return Path(folder) / name
    found = shutil.which(name)
    if found is None:
        raise NotStarted(f"there is no program {name} in {', '.join(folders)} or the PATH: reinstall sdrs-mock")
    return Path(found)


class Server:
    """A server, by its origin.

    :meth:`start` starts one and is a context manager that stops it; :meth:`connect` is for one that runs already.
    """

    def __init__(self, control: Control, process: subprocess.Popen[str] | None = None, log: IO[str] | None = None):
        self.control = control
        """Its control plane."""
        self._process = process
        self._log = log

    def __repr__(self) -> str:
        return f"Server({self.origin!r})"

    @classmethod
    def start(
        cls, *arguments: str, environment: Mapping[str, str] | None = None, control_token: str | None = None
    ) -> Server:
        """Starts a server on a free port of the loopback and waits until it serves.

        Arguments are those of the command line, such as ``"--dialect", "live"``. The environment is this process's
        unless another one is given; the server reads its ``SDRS_MOCK_…`` variables, all but the one of ``--listen``.
        Raises :class:`sdrs_mock.NotStarted` with what the server wrote where it does not start.
        """
        variables = dict(os.environ if environment is None else environment)
        if control_token is not None:
            variables["SDRS_MOCK_CONTROL_TOKEN"] = control_token
        log = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")
        command = [str(binary()), "serve", "--listen", "127.0.0.1:0", *arguments]
        try:
            process = subprocess.Popen(
                command, env=variables, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                # Ctrl-C is for the tests; the server stops when they have.
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            log.close()
            raise NotStarted(f"{command[0]} cannot be run: {error}") from error
        origin = _ready(process)
        if origin is None:
            process.kill()
            process.wait()
            said = _said(log)
            log.close()
            raise NotStarted(f"{' '.join(command)} did not become ready: {said or 'it wrote nothing'}")
        try:
            control = Control(origin, control_token or variables.get("SDRS_MOCK_CONTROL_TOKEN"))
        except ValueError as error:
            process.kill()
            process.wait()
            log.close()
            raise NotStarted(f"{' '.join(command)}: {error}") from error
        return cls(control, process, log)

    @classmethod
    def connect(cls, origin: str, control_token: str | None = None) -> Server:
        """The server that runs at this origin, such as ``http://127.0.0.1:7705``; :meth:`stop` leaves it alone.

        Raises :class:`sdrs_mock.Unreachable` where there is none.
        """
        server = cls(Control(origin, control_token or os.environ.get("SDRS_MOCK_CONTROL_TOKEN")))
        server.info()
        return server

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as ``http://127.0.0.1:7705``."""
        return self.control.origin

    def project(self, project_id: str) -> Project:
        """The project of this ID, 1 to 64 characters of ``0-9 A-Z a-z _ -``; it is made by its first request."""
        return Project(self.control, project_id)

    def info(self) -> Mapping[str, Json]:
        """Version, flavour, dialect, limits and what else the server says of itself."""
        return cast("Mapping[str, Json]", self.control.ask("GET", "info"))

    def coverage(self) -> Coverage:
        """What the clients of all its projects exercised; deleted projects are not among them."""
        return cast(Coverage, self.control.ask("GET", "coverage"))

    def openapi(self) -> Mapping[str, Json]:
        """The OpenAPI document of SDRS as it is emulated."""
        return cast("Mapping[str, Json]", self.control.ask("GET", "openapi.json"))

    def log(self) -> str:
        """What the server has written to standard error so far; empty for one that was started elsewhere."""
        return "" if self._log is None else _said(self._log)

    def stop(self) -> None:
        """Stops the server, letting requests under way finish; does nothing the second time."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise SdrsMockError(f"the server at {self.origin} still ran {STOP_SECONDS:.0f} s after SIGTERM") from None
        finally:
            said = self.log()
            if self._log is not None:
                self._log.close()
                self._log = None
        if code != 0:
            raise SdrsMockError(f"the server at {self.origin} ended with exit status {code}: {said}")

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _ready(process: subprocess.Popen[str]) -> str | None:
    """The origin that the ready line names; None where the server ends or takes too long without it."""
    origins: queue.Queue[str | None] = queue.Queue()
    assert process.stdout is not None  # it is a pipe
    lines = process.stdout

    def read() -> None:
        # To the end, so that the server never meets a full or a closed pipe.
        for line in lines:
            if ready := _READY.match(line):
                origins.put(ready[1])
        origins.put(None)
        lines.close()

    threading.Thread(target=read, name="sdrs-mock stdout", daemon=True).start()
    try:
        return origins.get(timeout=START_SECONDS)
    except queue.Empty:
        return None


def _said(log: IO[str]) -> str:
    log.seek(0)
    return log.read().strip()
