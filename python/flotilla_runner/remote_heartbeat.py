"""Says again and again that the attempt lives, and hears when it is to end."""

from __future__ import annotations

import threading
from typing import Callable

from .remote_api import Access, Api, NotWanted, Stopped

#: The engine answers after ten seconds, or when it has something to tell.
_TIMEOUT_S = 30.0


class Heartbeat:
    def __init__(self, access: Access, on_cancel: Callable[[float], None]) -> None:
        """`on_cancel` is called once, with the grace in seconds, in a thread of ours; with none where nobody wants the attempt any more."""
        self._on_cancel = on_cancel
        self._stop = threading.Event()
        self._api = Api(access, self._stop)
        threading.Thread(target=self._run, name="flotilla heartbeat", daemon=True).start()

    def stop(self) -> None:
        """The one under way may still be answered; nobody waits for it."""
        self._stop.set()

    def _run(self) -> None:
        knows = ""
        try:
            while True:
                cancel = self._api.ask("POST", f"/v1/heartbeat{knows}", b"", timeout_s=_TIMEOUT_S).get("cancel")
                if cancel is not None and not knows and not self._stop.is_set():
                    knows = "?knows=cancel"
                    self._on_cancel(cancel["graceMs"] / 1000)
        except NotWanted:
            if not knows:
                self._on_cancel(0)
        except Stopped:
            pass
        finally:
            self._api.close()
