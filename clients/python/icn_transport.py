"""How the client asks a node: HTTP over TCP, TLS or a unix socket, with the standard library only.

One connection for each request; thread safe. It signs nothing: a key authorises the transport.
"""
from __future__ import annotations

import http.client
import json
import socket
import ssl
import urllib.parse
from collections.abc import Iterable, Iterator
from typing import Any

Body = bytes | Iterable[bytes]
Call = tuple[str, str, list[str], list[str], bool]
PIECE_BYTES = 64 * 1024


class ProblemError(Exception):
    """A refusal or a failure, as the node describes it (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]):
        super().__init__(problem.get("detail") or f"the node answered {status}")
        self.status, self.problem = status, problem
        self.code: str | None = problem.get("code")
        self.rule: str | None = problem.get("rule")


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout_s: float):
        super().__init__("localhost", timeout=timeout_s)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class Transport:
    def __init__(self, url: str, key: str | None, timeout_s: float):
        self.url, self.key, self.timeout_s = urllib.parse.urlsplit(url), key, timeout_s
        if self.url.scheme not in ("unix", "http", "https"):
            raise ValueError(f"'{url}' is not unix:/path, http://HOST:PORT or https://HOST:PORT")

    def json(self, call: Call, request: Any, body: Body | None = None) -> Any:
        connection, answer = self._ask(call, request, body, "application/json")
        try:
            return json.loads(answer.read())
        finally:
            connection.close()

    def bytes(self, call: Call, request: Any, body: Body | None = None) -> Iterator[bytes]:
        """Refused before the first piece is taken, or not at all."""
        connection, answer = self._ask(call, request, body, "application/octet-stream, */*;q=0.1")
        return self._pieces(connection, answer)

    @staticmethod
    def _pieces(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            while piece := answer.read(PIECE_BYTES):
                yield piece
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        if self.url.scheme == "unix":
            return _UnixConnection(self.url.path, self.timeout_s)
        if self.url.scheme == "https":
            context = ssl.create_default_context()
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            return http.client.HTTPSConnection(self.url.netloc, timeout=self.timeout_s, context=context)
        return http.client.HTTPConnection(self.url.netloc, timeout=self.timeout_s)

    def _ask(self, call: Call, request: Any, body: Body | None,
             accept: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        method, path, in_path, in_query, takes_json = call
        left = dict(request or {})
        for name in in_path:
            path = path.replace("{" + name + "}", urllib.parse.quote(_text(left.pop(name)), safe=""))
        query = {name: _text(left.pop(name)) for name in in_query if left.get(name) is not None}
        target = path + ("?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote) if query else "")
        headers = {"accept": accept}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        if takes_json:
            body, headers["content-type"] = json.dumps(left).encode(), "application/json"
        elif body is not None:
            headers["content-type"] = "application/octet-stream"
        connection = self._connect()
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            if answer.status < 400:
                return connection, answer
            text = answer.read()
        except BaseException:
            connection.close()
            raise
        connection.close()
        try:
            problem = json.loads(text)
        except ValueError:
            problem = {}
        raise ProblemError(answer.status, problem if isinstance(problem, dict) else {})
