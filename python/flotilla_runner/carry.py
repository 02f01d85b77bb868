"""
`fetch SCRATCH` and `carry SCRATCH`: what brings the inputs of a container step to it, and its outputs back. The step's own container has
nothing of ours, and shares with us the folders that both see under the same paths. How it ended is told to us by the engine, which is told by
whoever runs the container; while the engine is away, both go on.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from typing import Any, Callable, NoReturn

from .outcome import result_of_program
from .protocol import VERSION, Message, encode, now_ms
from .remote_api import Access, Api, Gave, NotWanted
from .remote_hand_in import hand_in
from .remote_inputs import Unusable, fetch_inputs
from .remote_outputs import Outputs, make_output_folders
from .remote_supervisor import unable, unbegun

#: The engine answers after ten seconds, or when it has something to tell.
_BEAT_TIMEOUT_S = 30.0


def fetch(scratch: str) -> NoReturn:
    """Ends with 0 when all is there that the container is to find."""
    _end_with(scratch, lambda: Fetching().run())


def carry(scratch: str) -> NoReturn:
    """Ends with 0 when the engine has all that the container left."""
    _end_with(scratch, lambda: Carrying(scratch).run())


def _end_with(scratch: str, work: Callable[[], int]) -> NoReturn:
    try:
        code = work()
    except NotWanted:
        print("flotilla: the engine has no such attempt (any more)", file=sys.stderr)
        code = 1
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(code)


class EndedEarly(BaseException):
    """We were asked to end before there was anything to hand in."""


class Fetching:
    def __init__(self) -> None:
        self._access = Access.from_environment()
        self._api = Api(self._access)
        self._is_handing_in = False
        signal.signal(signal.SIGTERM, self._on_terminate)

    def run(self) -> int:
        """Raises NotWanted."""
        attempt_id = self._access.token.partition(".")[0]
        try:
            self._fetch()
            return 0
        except EndedEarly:
            self._api.close()  # whatever was under way
            record = unbegun(attempt_id)
        except Unusable as error:
            record = unable(attempt_id, str(error))
        self._is_handing_in = True
        hand_in(self._api, record, None)
        return 1

    def _fetch(self) -> None:
        """Raises Unusable, EndedEarly."""
        document = _document(self._api)
        places = document["container"]["places"]
        for name in ("inputs", "outputs", "work"):
            _make_empty(places[name])
        fetch_inputs(self._api, document["inputs"], places["inputs"])
        make_output_folders(document["attempt"]["outputs"])
        with open(places["task"], "wb") as file:
            file.write(encode(document["container"]["task"]))

    def _on_terminate(self, *_: Any) -> None:
        if not self._is_handing_in:
            raise EndedEarly


class Carrying:
    def __init__(self, scratch: str) -> None:
        self._values = os.path.join(scratch, "values.json")
        self._api = Api(Access.from_environment())
        self._has_ended = False
        signal.signal(signal.SIGTERM, self._on_terminate)

    def run(self) -> int:
        """Raises NotWanted."""
        try:
            ended = self._await_end()
        except EndedEarly:
            return 128 + signal.SIGTERM
        document = _document(self._api)
        places = document["container"]["places"]
        how: Message = {name: ended[name] for name in ("exitCode", "signal") if name in ended}
        record: Message = {"protocol": VERSION, "id": document["attempt"]["id"], **how, "completed": False}
        record.update({name: ended.get(name, now_ms()) for name in ("startedAt", "endedAt")})
        if how.get("exitCode") == 0:
            record["result"] = self._result(document["attempt"], places["values"])
            record["completed"] = record["result"]["completed"]
        hand_in(self._api, record, Outputs(places["outputs"]) if record["completed"] else None)
        return 0

    def _await_end(self) -> Message:
        """Raises EndedEarly."""
        while True:
            # That it is to end it hears from elsewhere.
            news = self._api.ask("POST", "/v1/heartbeat?knows=cancel", b"", timeout_s=_BEAT_TIMEOUT_S)
            if "ended" in news:
                self._has_ended = True
                return news["ended"]

    def _result(self, attempt: Message, left: str) -> Message:
        """The values are taken out of the folder of outputs, where they would be taken for one."""
        if os.path.lexists(left):
            if os.path.islink(left) or not os.path.isfile(left):
                told = {"type": "OUTPUT_INVALID", "message": f"{left} is no file"}
                return {"protocol": VERSION, "completed": False, "error": told}
            shutil.move(left, self._values)
        return result_of_program(attempt, self._values)

    def _on_terminate(self, *_: Any) -> None:
        """
        Who asks us to end asks the container as well: what it does then is no work done, whatever its exit code. TRAP: while a pod is
        being ended nobody is told of a container's end, so to wait for it would be to wait for the whole grace.
        """
        if not self._has_ended:
            raise EndedEarly


def _make_empty(folder: str) -> None:
    """We may have been here before: a node that restarts begins us anew."""
    for path, _, _ in os.walk(folder):
        os.chmod(path, 0o755)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


def _document(api: Api) -> Message:
    """Raises Unusable."""
    try:
        return api.ask("GET", "/v1/attempt?scratch=/")
    except Gave as error:
        raise Unusable(str(error.answer.get("error", error))) from error
