"""The last word of an attempt elsewhere: how it ended, once the engine has all that it left."""

from __future__ import annotations

import socket
from typing import List, Optional

from .protocol import VERSION, Message, encode
from .remote_api import Api, Gave
from .remote_feed import Feed
from .remote_outputs import Outputs

#: The engine stores what was handed in before it answers.
_TIMEOUT_S = 1800.0


def hand_in(api: Api, record: Optional[Message], outputs: Optional[Outputs], *, feeds: List[Feed] = [], changed_inputs: List[str] = []) -> None:
    """
    `record` is the exit record, None where there is none. Returns when the engine has stored all; then nothing here is needed
    any more. Raises NotWanted.
    """
    if outputs is not None:
        try:
            outputs.send(api)
        except Gave as error:
            record, outputs = _without_outputs(record, error), None
    told: Message = {
        "host": socket.gethostname(),
        "logBytes": feeds[0].sent if feeds else 0,
        "progressBytes": feeds[1].sent if feeds else 0,
        "changedInputs": changed_inputs,
        **({} if record is None else {"exit": record}),
        **({} if outputs is None else {"outputs": outputs.digest}),
    }
    while True:
        try:
            api.ask("POST", "/v1/exit", encode(told), timeout_s=_TIMEOUT_S)
            return
        except Gave as error:
            if error.status != 409:
                raise
            _send_missing(api, error.answer["missing"], outputs, feeds)


def _send_missing(api: Api, missing: Message, outputs: Optional[Outputs], feeds: List[Feed]) -> None:
    """What the engine had already, and has lost."""
    for feed, name in zip(feeds, ("log", "progress")):
        if name in missing:
            feed.resume(api, missing[name])
    if outputs is not None and ("list" in missing or "contents" in missing):
        outputs.send(api)


def _without_outputs(record: Optional[Message], error: Gave) -> Message:
    """The exit record of a task whose outputs the engine does not take."""
    message = f"the outputs cannot be kept: {error.answer.get('error', error)}"
    told = {"type": "OUTPUT_INVALID", "message": message, "fatal": False}
    return {**(record or {}), "completed": False, "result": {"protocol": VERSION, "completed": False, "error": told}}
