"""
`pack SCRATCH`: attempts that share a place where the engine's disk is not, one after the other. While one runs, the next is
made ready, and what became of the one before is handed in.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from typing import Any, List, NoReturn, Optional

from .protocol import Message
from .remote import Remote
from .remote_api import REFUSED_FOR_S, Access, Api, Gave, NotWanted, Stopped
from .remote_inputs import fetch_code
from .remote_supervisor import unbegun
from .served import Serve, Served

#: One that runs, and one that is made ready meanwhile.
_AT_ONCE = 2
#: The engine answers after ten seconds, or when it has an attempt.
_TIMEOUT_S = 30.0


def pack(scratch: str) -> NoReturn:
    scratch = os.path.realpath(scratch)
    Pack(scratch).run()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


class Leaving(BaseException):
    """We were asked to end."""


class Pack:
    def __init__(self, scratch: str) -> None:
        self._scratch = scratch
        self.code = os.path.join(scratch, "code")
        self.code_is_placed = False
        self.lock = threading.Lock()
        #: Whose task runs.
        self.turn = threading.Lock()
        self.room = threading.Semaphore(_AT_ONCE)
        self.serve = Serve(scratch, self.code)
        self._access = Access.from_environment()
        self._api = Api(self._access)
        self._members: List[Member] = []
        self._is_leaving = False
        signal.signal(signal.SIGTERM, self._on_terminate)

    def run(self) -> None:
        """Until the engine has no more for it, or wants it no more."""
        try:
            self._take_all()
        except (Leaving, NotWanted, Stopped, Gave):
            pass
        for member in self._members:
            member.thread.join()
        self.serve.end()

    def _take_all(self) -> None:
        number = 0
        while True:
            self.room.acquire()
            token = self._next(number)
            if token is None:
                return
            if token:
                self._begin(number, token)
            else:
                self.room.release()
            number += 1

    def _next(self, number: int) -> Optional[str]:
        """The token of the next attempt; "" where the one of that number is over already, None where there will be none."""
        while True:
            answer = self._api.ask("POST", f"/v1/next?number={number}", b"", timeout_s=_TIMEOUT_S, within_s=REFUSED_FOR_S)
            if "leave" in answer:
                return None
            if "token" in answer:
                return answer["token"]

    def _begin(self, number: int, token: str) -> None:
        member = Member(self, os.path.join(self._scratch, str(number)), self._access.of(token))
        self._members = [one for one in self._members if one.thread.is_alive()] + [member]
        member.thread.start()
        if self._is_leaving:
            member.terminate()

    def _on_terminate(self, *_: Any) -> None:
        self._is_leaving = True
        for member in self._members:
            member.terminate()
        raise Leaving


class Member(Remote):
    """An attempt in a thread of its own."""

    def __init__(self, shared: Pack, scratch: str, access: Access) -> None:
        super().__init__(scratch, access, Served(access.token.partition(".")[0], shared.serve))
        self._pack = shared
        self._has_room = True
        self.thread = threading.Thread(target=self._carry_out, name=os.path.basename(scratch), daemon=True)

    def _carry_out(self) -> None:
        try:
            os.mkdir(self._scratch)
            self.run()
        except (NotWanted, Gave):
            pass  # nobody takes what it would hand in
        finally:
            self._make_room()
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _place_code(self, content: Optional[Message], folder: str) -> str:
        """All have the same."""
        with self._pack.lock:
            if not self._pack.code_is_placed:
                super()._place_code(content, self._pack.code)
                self._pack.code_is_placed = True
        os.symlink(self._pack.code, folder)  # for paths that the engine has made
        return self._pack.code

    def _supervise(self, document: Message) -> Optional[Message]:
        self._is_beginning = True
        try:
            with self._pack.turn:
                return unbegun(self._attempt_id) if self._is_to_end else super()._supervise(document)
        finally:
            self._make_room()

    def _make_room(self) -> None:
        if self._has_room:
            self._has_room = False
            self._pack.room.release()
