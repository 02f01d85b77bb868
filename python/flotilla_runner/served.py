"""Attempts that come one after the other are carried out by one `serve`, so that what they import is there already."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import threading
from typing import Dict, Optional

from . import tree
from .grace import Grace
from .protocol import CLAIM, EXIT, REPORTS_FD, Message, encode
from .remote_supervisor import never_started, no_runner, unable, unbegun

#: A supervisor that was killed tells nothing.
_LOOK_EVERY_S = 0.2
_LAST_WORDS_BYTES = 2000


class Serve:
    """The process: begun with its first attempt, and again when it has died."""

    def __init__(self, scratch: str, code: str) -> None:
        self._words = os.path.join(scratch, "serve.log")
        self._code = code
        self._pid: Optional[int] = None
        self._requests = -1
        self._attempts: Dict[str, Served] = {}

    def start(self, attempt: Served, python: str, folder: str, variables: Dict[str, str]) -> None:
        """Raises OSError where the interpreter cannot be executed."""
        if self._pid is None:
            self._begin(python, variables)
        self._attempts[attempt.id] = attempt
        try:
            os.write(self._requests, encode({"type": "start", "dir": folder}) + b"\n")
        except OSError:
            pass  # it has just ended, which is heard at the other pipe

    def forget(self, attempt: Served) -> None:
        self._attempts.pop(attempt.id, None)

    def end(self) -> None:
        """No more attempts come; those that have begun go on without it."""
        requests, self._requests = self._requests, -1
        if requests != -1:
            os.close(requests)

    def last_words(self) -> str:
        with open(self._words, "rb") as words:
            return words.read()[-_LAST_WORDS_BYTES:].decode("utf-8", "replace").strip()

    def _begin(self, python: str, variables: Dict[str, str]) -> None:
        requests, self._requests = os.pipe()
        heard, told = os.pipe()
        words = os.open(self._words, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        # Not by a fork of ours, as by now we have threads; from numbers that putting the others in their places overwrites not.
        own = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, REPORTS_FD + 1) for fd in (requests, words, words, told)]
        actions = [(os.POSIX_SPAWN_DUP2, source, target) for target, source in enumerate(own)]
        argv = [python, "-m", "flotilla_runner", "serve", "--code", self._code]
        try:
            self._pid = os.posix_spawnp(python, argv, {**os.environ, **variables}, file_actions=actions)
        except OSError:
            self.end()
            os.close(heard)
            raise
        finally:
            for fd in (requests, told, words, *own):
                os.close(fd)
        threading.Thread(target=self._hear, args=(self._pid, heard), name="flotilla serve", daemon=True).start()

    def _hear(self, pid: int, reports: int) -> None:
        with os.fdopen(reports, "rb") as lines:
            for line in lines:
                report = json.loads(line)
                attempt = self._attempts.get(report.get("id", ""))
                if attempt is not None:
                    attempt.hear(report)
        os.waitpid(pid, 0)
        self._pid = None
        self.end()
        for attempt in list(self._attempts.values()):
            attempt.serve_ended()


class Served:
    """The supervisor of one attempt."""

    def __init__(self, attempt: str, serve: Serve) -> None:
        self.id = attempt
        self._serve = serve
        self._folder = ""
        self._supervisor: Optional[int] = None
        self._ended = threading.Event()
        self._refusal: Optional[Message] = None
        self._grace_s: Optional[float] = None
        self._grace: Optional[Grace] = None
        self._lock = threading.Lock()

    def begin(self, python: str, folder: str, variables: Dict[str, str]) -> None:
        self._folder = folder
        self._python = python
        try:
            self._serve.start(self, python, folder, variables)
        except OSError as error:
            self._refuse(unable(self.id, f"{python} cannot be executed: {error.strerror}"))

    def discard(self) -> None:
        pass

    def end(self, grace_s: float) -> None:
        with self._lock:
            self._grace_s = grace_s
            self._end_if_begun()

    def wait(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            if self._supervisor is not None and not tree.is_alive(self._supervisor):
                break
        self._serve.forget(self)
        if self._grace is not None:
            self._grace.cancel()

    def last_words(self) -> Optional[Message]:
        if os.path.exists(os.path.join(self._folder, CLAIM)):
            return None
        return self._refusal or (unbegun(self.id) if self._grace_s is not None else None)

    def hear(self, report: Message) -> None:
        if report["type"] == "started":
            with self._lock:
                self._supervisor = report["supervisor"]["pid"]
                self._end_if_begun()
        elif report["type"] == "ended":
            self._ended.set()
        elif report["type"] == "refused":
            self._refuse(never_started(self.id, report["reason"]))

    def serve_ended(self) -> None:
        """Those that have begun go on without it."""
        if self._supervisor is None:
            self._refuse(unable(self.id, f"{no_runner(self._python)}: {self._serve.last_words()}"))

    def _refuse(self, record: Message) -> None:
        self._refusal = record
        self._ended.set()

    def _end_if_begun(self) -> None:
        if self._supervisor is None or self._grace_s is None:
            return
        tree.send(signal.SIGTERM, [self._supervisor])
        if self._grace is None:
            self._grace = Grace(self._supervisor, os.path.join(self._folder, EXIT), self._grace_s, self._ended.is_set)
