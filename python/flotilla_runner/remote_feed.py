"""Files that grow while a task runs, shipped as they do."""

from __future__ import annotations

import os
import threading
from typing import Optional

from .remote_api import Access, Api, Gave, NotWanted, Stopped

_PIECE_BYTES = 1 << 20
#: Between two looks at a file. Nobody tells us of its growth without a package; a look takes some microseconds.
_LOOK_EVERY_S = 0.1


class Feed:
    """One file, in a thread of its own: `log`, `progress.jsonl`."""

    def __init__(self, access: Access, route: str, path: str) -> None:
        self._route = route
        self._path = path
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._api = Api(access, self._stop)
        #: How much the engine has.
        self.sent = 0
        self._is_full = False
        self._thread = threading.Thread(target=self._run, name=f"flotilla {route}", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """The file grows no more: returns when all of it has arrived."""
        self._ended.set()
        self._thread.join()

    def stop(self) -> None:
        """Leaves the rest."""
        self._stop.set()
        self._thread.join()

    def resume(self, api: Api, at: int) -> None:
        """The engine has less than it said; it may have lost its disk."""
        self.sent = at
        self._send_all(api)

    def _run(self) -> None:
        try:
            while not self._ended.wait(_LOOK_EVERY_S):
                self._send_all(self._api)
            self._send_all(self._api)
        except (NotWanted, Stopped):
            pass
        finally:
            self._api.close()

    def _send_all(self, api: Api) -> None:
        while not self._is_full:
            piece = self._read()
            if not piece:
                return
            try:
                self.sent = api.ask("POST", f"/v1/{self._route}?from={self.sent}", piece)["bytes"]
            except Gave as error:
                have: Optional[int] = error.answer.get("bytes")
                if error.status == 409 and have is not None:
                    self.sent = have
                else:
                    self._is_full = True  # more is not taken; the task has better to do than to fail for it

    def _read(self) -> bytes:
        try:
            with open(self._path, "rb") as file:
                file.seek(self.sent)
                return file.read(_PIECE_BYTES)
        except FileNotFoundError:
            return b""
