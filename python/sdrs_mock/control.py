"""Calls of the control plane over HTTP, with nothing but the standard library."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from .documents import Json
from .errors import Refused, Unreachable

TIMEOUT = 30.0
"""How many seconds a call may take; a snapshot of a large world is the longest."""


class Control:
    """The control plane of the server at this origin.

    Proxies of the environment are not asked. Each call has a connection of its own, so that it can be used from any
    thread and after a fork.
    """

    def __init__(self, origin: str, token: str | None = None) -> None:
        parts = urlsplit(origin)
        if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ValueError(f"the server's origin must look like http://127.0.0.1:7705, it is {origin!r}")
        self.origin = f"http://{parts.netloc}"
        """Scheme, host and port."""
        self.token = token
        """What the server's ``--control-token`` demands."""
        self._host, self._port = parts.hostname, parts.port or 80
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: Json = None,
        project: str | None = None,
    ) -> tuple[int, str]:
        """Makes one call below ``/_mock/``: status and text of the answer, whatever they are.

        A project that neither path nor query names is named in a header: the server needs no such thing, but a proxy
        in front of several of them has to know which one to ask.
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"/_mock/{quote(path)}" + (f"?{urlencode(given)}" if given else "")
        headers = self._headers if project is None else self._headers | {"X-Project-Id": project}
        payload = None if body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        try:
            connection.request(method, target, payload, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
            raise Unreachable(
                f"no answer to {method} {self.origin}{target}: {error or type(error).__name__}; is the server running?"
            ) from error
        finally:
            connection.close()

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: Json = None,
        project: str | None = None,
    ) -> Json:
        """Makes one call, and gives the JSON of its answer; raises :class:`Refused` where it is refused."""
        status, text = self.call(method, path, query, body, project)
        return self.read(method, path, status, text)

    def read(self, method: str, path: str, status: int, text: str) -> Json:
        """The JSON of an answer; raises :class:`Refused` where it is a refusal."""
        try:
            answer = json.loads(text)
            if status < 400:
                return answer
            error = answer["error"]
            refused = Refused(status, error["code"], error["message"], error.get("pointer"), error.get("hint"))
        except (ValueError, KeyError, TypeError) as error:
            raise Unreachable(
                f"{method} {self.origin}/_mock/{path} was answered {status} with {text[:200]!r}, "
                "which is not the control plane of sdrs-mock"
            ) from error
        raise refused
