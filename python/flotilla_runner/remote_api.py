"""The engine as the runner of an attempt elsewhere sees it: a few requests, repeated for as long as it takes."""

from __future__ import annotations

import http.client
import json
import os
import random
import ssl
import threading
import time
from typing import Any, BinaryIO, Dict, Optional, Union
from urllib.parse import urlsplit

from .protocol import Message

_FIRST_WAIT_S = 0.05
_LONGEST_WAIT_S = 15.0
#: An engine that says for so long that this attempt is none of its own means it. After a restart it may need a while to know.
REFUSED_FOR_S = 600.0
_TIMEOUT_S = 60.0
_BLOCK_BYTES = 1 << 20

Body = Union[bytes, BinaryIO, None]


class NotWanted(Exception):
    """The attempt has been refused for long: it is over for the engine, and whatever it hands in nobody takes."""


class Gave(Exception):
    """The engine answered that what was asked is wrong; asking again does not help."""

    def __init__(self, status: int, answer: Message) -> None:
        super().__init__(f"{status}: {answer.get('error', answer)}")
        self.status = status
        self.answer = answer


class Stopped(Exception):
    """We were told to stop while we waited for the engine."""


class Access:
    """Where the engine is, and with what we come."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self.token = token
        place = urlsplit(address)
        self.is_secure = place.scheme == "https"
        self.host = place.hostname or ""
        self.port = place.port or (443 if self.is_secure else 80)
        self.base = place.path.rstrip("/")
        #: Since when every answer, over whatever connection, has been that there is no such attempt.
        self.refused_since: Optional[float] = None

    @classmethod
    def from_environment(cls) -> Access:
        """Taken out of it, so that no task sees it."""
        return cls(os.environ.pop("FLOTILLA_TASK_API"), os.environ.pop("FLOTILLA_TOKEN"))

    def of(self, token: str) -> Access:
        """The same engine, with another token."""
        return Access(self._address, token)


class Api:
    """
    One connection, for one thread. A request is sent again, ever more rarely and not in step with others, while nobody answers
    or the engine is not ready; so everything in it can be repeated.
    """

    def __init__(self, access: Access, stop: Optional[threading.Event] = None) -> None:
        """Raises Stopped out of any call once `stop` is set."""
        self._access = access
        self._stop = stop or threading.Event()
        self._connection: Optional[http.client.HTTPConnection] = None

    def ask(self, method: str, path: str, body: Body = None, *, timeout_s: float = _TIMEOUT_S, length: Optional[int] = None, within_s: float = float("inf")) -> Message:
        """
        The answer. Raises Gave for one that is final, NotWanted, Stopped, this also when there was none `within_s`. A body that is a file is sent once only: where that
        breaks off, OSError says so, and how much has come must be asked.
        """
        wait = _FIRST_WAIT_S
        give_up_at = time.monotonic() + within_s
        while True:
            if self._stop.is_set():
                raise Stopped
            try:
                status, content = self._once(method, path, body, timeout_s, length)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if body is not None and not isinstance(body, bytes):
                    raise OSError(str(error)) from error
            else:
                answer = _parse(content)
                if status < 400:
                    self._access.refused_since = None
                    return answer
                self._judge(status, answer)
                if body is not None and not isinstance(body, bytes):
                    raise OSError(f"the engine answered {status}")
            if self._stop.wait(wait * random.uniform(0.5, 1)) or time.monotonic() > give_up_at:
                raise Stopped
            wait = min(wait * 2, _LONGEST_WAIT_S)

    def open(self, path: str, start: int) -> http.client.HTTPResponse:
        """A content from a byte on, to be read by the caller. Raises OSError where it is not to be had now, Gave, NotWanted."""
        if self._stop.is_set():
            raise Stopped
        try:
            headers = {"Range": f"bytes={start}-"} if start else {}
            response = self._send("GET", path, None, headers, _TIMEOUT_S, None)
            if response.status < 400:
                self._access.refused_since = None
                return response
            status, content = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise OSError(str(error)) from error
        self._judge(status, _parse(content))
        raise OSError(f"the engine answered {status}")

    def pause(self, attempt: int) -> None:
        """Before what failed is tried again for the n-th time. Raises Stopped."""
        wait = min(_FIRST_WAIT_S * 2 ** min(attempt, 20), _LONGEST_WAIT_S)
        if self._stop.wait(wait * random.uniform(0.5, 1)):
            raise Stopped

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, method: str, path: str, body: Body, timeout_s: float, length: Optional[int]) -> "tuple[int, bytes]":
        response = self._send(method, path, body, {}, timeout_s, length)
        return response.status, response.read()

    def _send(self, method: str, path: str, body: Body, headers: Dict[str, str], timeout_s: float, length: Optional[int]) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.timeout = timeout_s
        if self._connection.sock is not None:
            self._connection.sock.settimeout(timeout_s)
        if method != "GET":
            headers["Content-Length"] = str(len(body or b"") if length is None else length)  # type: ignore[arg-type]
        headers["Authorization"] = f"Bearer {self._access.token}"
        self._connection.request(method, self._access.base + path, body, headers)
        return self._connection.getresponse()

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._access.host, self._access.port
        if self._access.is_secure:
            return http.client.HTTPSConnection(host, port, context=ssl.create_default_context(), blocksize=_BLOCK_BYTES)
        return http.client.HTTPConnection(host, port, blocksize=_BLOCK_BYTES)

    def _judge(self, status: int, answer: Message) -> None:
        """Returns for what may pass."""
        if status == 401:
            now = time.monotonic()
            if self._access.refused_since is None:
                self._access.refused_since = now
            if now - self._access.refused_since > REFUSED_FOR_S:
                raise NotWanted
            return
        self._access.refused_since = None
        if status < 500 and status not in (408, 429):
            raise Gave(status, answer)


def _parse(content: bytes) -> Message:
    try:
        answer: Any = json.loads(content)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {}
