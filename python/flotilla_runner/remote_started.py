"""Tells the engine that the task has begun, as soon as its supervisor says so."""

from __future__ import annotations

import json
import socket
import threading

from .durable import read_fully
from .protocol import encode
from .remote_api import Access, Api, Gave, NotWanted

_LOOK_EVERY_S = 0.02


class Started:
    def __init__(self, access: Access, path: str) -> None:
        """`path` is that of `started.json`."""
        self._path = path
        self._api = Api(access)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flotilla started", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """The supervisor has ended: what is not there now will not be. Returns when the engine knows."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._tell():
                if self._ended.wait(_LOOK_EVERY_S):
                    self._tell()  # it may have come since
                    return
        except (Gave, NotWanted):
            pass
        finally:
            self._api.close()

    def _tell(self) -> bool:
        try:
            record = json.loads(read_fully(self._path))
        except FileNotFoundError:
            return False
        self._api.ask("POST", "/v1/started", encode({**record, "host": socket.gethostname()}))
        return True
