"""
`remote SCRATCH`: one attempt where the engine's disk is not. Fetches what the task needs, has it supervised as anywhere
else, and hands in what became of it. While the engine is away, what runs goes on; we end when it knows all.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
from typing import Dict, List, NoReturn, Optional, Protocol
from urllib.parse import quote

from .durable import read_fully, write_plain
from .protocol import ATTEMPT, EXIT, LOG, OUTPUTS, PROGRESS, STARTED, WORK, Message, encode
from .remote_api import Access, Api, Gave, NotWanted, Stopped
from .remote_feed import Feed
from .remote_hand_in import hand_in
from .remote_heartbeat import Heartbeat
from .remote_inputs import Unusable, changed_below, fetch_code, fetch_inputs
from .remote_outputs import Outputs, make_output_folders
from .remote_started import Started
from .remote_supervisor import SupervisorProcess, unable, unbegun

_INPUTS = "inputs"


def remote(scratch: str) -> NoReturn:
    """Ends with the exit code of the task."""
    scratch = os.path.realpath(scratch)
    try:
        code = Alone(scratch).run()
    except NotWanted:
        print("flotilla: the engine has no such attempt (any more)", file=sys.stderr)
        code = 1
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(code)


class EndedEarly(BaseException):
    """We were asked to end before the task had begun."""


class Supervisor(Protocol):
    """Whoever carries out the attempt once it is prepared."""

    def begin(self, python: str, folder: str, variables: Dict[str, str]) -> None: ...
    def discard(self) -> None:
        """It is not needed after all."""

    def end(self, grace_s: float) -> None: ...
    def wait(self) -> None:
        """Returns when it and all that belonged to it are gone."""

    def last_words(self) -> Optional[Message]:
        """The exit record of one that ended without writing one, if anything is known."""


class Remote:
    """One attempt, from what it needs to what became of it."""

    def __init__(self, scratch: str, access: Access, supervisor: Supervisor) -> None:
        self._scratch = scratch
        self._folder = os.path.join(scratch, "attempt")
        self._access = access
        self._stop = threading.Event()
        self._api = Api(access, self._stop)
        self._supervisor = supervisor
        self._is_beginning = False
        self._has_begun = False
        self._is_to_end = False
        self._grace_s = 0.0

    def run(self) -> int:
        """Raises NotWanted."""
        self._heartbeat = Heartbeat(self._access, self._on_cancel)
        feeds: List[Feed] = []
        record: Optional[Message]
        try:
            document = self._prepare()
            feeds = [Feed(self._access, route, self._path(name)) for route, name in (("log", LOG), ("progress", PROGRESS))]
            record = self._supervise(document)
        except (EndedEarly, Stopped):
            self._api.close()  # whatever was under way
            self._stop.clear()
            record = unbegun(self._attempt_id)
        except Unusable as error:
            record = unable(self._attempt_id, str(error))
        self._is_beginning = True  # there is nothing more to keep from happening
        if not self._has_begun:
            self._supervisor.discard()
        for feed in feeds:
            feed.finish()
        self._hand_in(record, feeds)
        self._heartbeat.stop()
        return _exit_code(record)

    @property
    def _attempt_id(self) -> str:
        return self._access.token.partition(".")[0]

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, name)

    # Before the task runs.

    def _prepare(self) -> Message:
        """Raises Unusable, EndedEarly."""
        try:
            document = self._api.ask("GET", f"/v1/attempt?scratch={quote(self._scratch, safe='')}")
        except Gave as error:
            raise Unusable(str(error.answer.get("error", error))) from error
        self._grace_s = document["attempt"]["graceMs"] / 1000
        document["attempt"]["code"] = self._place_code(document["code"], os.path.join(self._scratch, "code"))
        for folder in (self._folder, self._path(_INPUTS), self._path(WORK), self._path(OUTPUTS)):
            os.mkdir(folder)
        fetch_inputs(self._api, document["inputs"], self._path(_INPUTS))
        make_output_folders(document["attempt"]["outputs"])
        write_plain(self._path(ATTEMPT), encode(document["attempt"]))
        return document

    def _place_code(self, content: Optional[Message], folder: str) -> str:
        """Where it is."""
        if content is None:
            os.mkdir(folder)
        else:
            fetch_code(self._api, content, folder)
        return folder

    # While it runs.

    def _supervise(self, document: Message) -> Optional[Message]:
        """The exit record; None where the supervisor was killed before it could write one."""
        self._is_beginning = True  # from here on the task may run: a request to end is for it
        self._supervisor.begin(document["python"], self._folder, document["variables"])
        self._has_begun = True
        if self._is_to_end:
            self._supervisor.end(self._grace_s)
        started = Started(self._access, self._path(STARTED))
        self._supervisor.wait()
        started.finish()
        if os.path.exists(self._path(EXIT)):
            return json.loads(read_fully(self._path(EXIT)))
        return self._supervisor.last_words()

    def terminate(self) -> None:
        self._is_to_end = True
        if self._has_begun:
            self._supervisor.end(self._grace_s)
        elif not self._is_beginning:
            self._give_up_preparing()

    def _give_up_preparing(self) -> None:
        """In another thread than that which prepares."""
        self._stop.set()

    def _on_cancel(self, grace_s: float) -> None:
        """In the thread of the heartbeat."""
        self._grace_s = grace_s
        self.terminate()

    # When it has ended.

    def _hand_in(self, record: Optional[Message], feeds: List[Feed]) -> None:
        outputs = Outputs(self._path(OUTPUTS)) if record is not None and record["completed"] else None
        hand_in(self._api, record, outputs, feeds=feeds, changed_inputs=changed_below(self._path(_INPUTS)))


class Alone(Remote):
    """The one attempt of its process, whose main thread it has: what interrupts that is a signal."""

    def __init__(self, scratch: str) -> None:
        super().__init__(scratch, Access.from_environment(), SupervisorProcess())
        signal.signal(signal.SIGTERM, lambda *_: self.terminate())

    def _give_up_preparing(self) -> None:
        raise EndedEarly

    def _on_cancel(self, grace_s: float) -> None:
        """TRAP: a signal to the process as a whole may come to another thread, and then wakes nobody who waits."""
        self._grace_s = grace_s
        signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)  # type: ignore[arg-type]


def _exit_code(record: Optional[Message]) -> int:
    """As a shell tells it."""
    if record is None:
        return 128 + signal.SIGKILL
    if "exitCode" in record:
        return record["exitCode"]
    number = getattr(signal, record.get("signal", ""), None)
    return 128 + number if isinstance(number, signal.Signals) else 1
