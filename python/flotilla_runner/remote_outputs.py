"""What a task elsewhere has written, listed and sent."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import Dict, Iterable, Iterator, List, Tuple

from .protocol import Message, encode
from .remote_api import Api, Gave

_PIECE_BYTES = 1 << 20
#: Different contents that are found wrong so often are not what was read here: the file is being changed.
_MOST_REFUSED = 3


def make_output_folders(declared: Message) -> None:
    """The folders that the declared files and folders need."""
    for output in declared.values():
        if "path" in output:
            path = output["path"]
            os.makedirs(path if output["type"] == "folder" else os.path.dirname(path), exist_ok=True)


class Outputs:
    """The output folder, once nothing of the task runs any more."""

    def __init__(self, folder: str) -> None:
        #: Where each content lies.
        self._files: Dict[str, str] = {}
        entries = [self._entry(path, place) for path, place in _walk(os.path.realpath(folder))]
        self._list = encode({"entries": sorted(entries, key=lambda entry: entry["path"])})
        self.digest = f"sha256:{hashlib.sha256(self._list).hexdigest()}"

    def send(self, api: Api) -> None:
        """The list, and the contents that it names; those that have come already are not sent again."""
        missing = True
        while missing:
            missing = api.ask("POST", "/v1/outputs", self._list)["missing"]
            self.send_contents(api, missing)

    def send_contents(self, api: Api, digests: Iterable[str]) -> None:
        for digest in digests:
            _send_file(api, digest, self._files[digest])

    def _entry(self, path: str, place: "str | Refused") -> Message:
        if isinstance(place, Refused):
            return {"path": path, "type": "refused", "why": place.why}
        if os.path.isdir(place):
            return {"path": path, "type": "folder"}
        digest, size = _digest_of(place)
        self._files[digest] = place
        told: Message = {"path": path, "type": "file", "digest": digest, "bytes": size}
        return {**told, "executable": True} if os.stat(place).st_mode & 0o111 else told


class Refused:
    """Something that cannot be taken from here."""

    def __init__(self, why: str) -> None:
        self.why = why


def _walk(root: str) -> Iterator[Tuple[str, "str | Refused"]]:
    """Files and empty folders below it. Links that stay inside are followed, as if what they lead to stood there."""
    if not os.path.isdir(root):
        return
    waiting: List[Tuple[str, str, Tuple[str, ...]]] = [(root, "", (root,))]
    while waiting:
        folder, prefix, above = waiting.pop()
        names = os.listdir(folder)
        if not names and prefix:
            yield prefix, folder
        for name in names:
            path = f"{prefix}/{name}" if prefix else name
            place = _place_of(root, os.path.join(folder, name), path, above)
            if isinstance(place, Refused):
                yield path.encode("utf-8", "replace").decode(), place
            elif os.path.isdir(place):
                waiting.append((place, path, (*above, place)))
            else:
                yield path, place


def _place_of(root: str, place: str, path: str, above: Tuple[str, ...]) -> "str | Refused":
    try:
        path.encode()
    except UnicodeEncodeError:
        return Refused("has a name that is not UTF-8")
    if os.path.islink(place):
        target = os.path.realpath(place)
        if target != root and not target.startswith(root + os.sep):
            return Refused(f"is a link that leads out of its folder, to {target}".encode("utf-8", "replace").decode())
        if not os.path.lexists(target) or os.path.islink(target):
            return Refused("is a link that leads to nothing, or in a circle")
        if target in above:
            return Refused("is a link that leads to a folder that it lies in")
        place = target
    mode = os.lstat(place).st_mode
    return place if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else Refused("is neither a file nor a folder")


def _digest_of(path: str) -> Tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with open(path, "rb") as file:
        while True:
            piece = file.read(_PIECE_BYTES)
            if not piece:
                return f"sha256:{digest.hexdigest()}", size
            digest.update(piece)
            size += len(piece)


def _send_file(api: Api, digest: str, path: str) -> None:
    """From where it broke off. Nothing of it is in memory but the piece under way."""
    address = f"/v1/outputs/{digest}"
    failures = refused = 0
    size = os.stat(path).st_size
    while True:
        have = api.ask("GET", address)["bytes"]  # also where that is all of it: only at the end of a part is the whole compared
        with open(path, "rb") as file:
            file.seek(have)
            try:
                api.ask("PUT", f"{address}?from={have}", file, length=size - have)
                return
            except Gave as error:
                refused += 1
                if error.status not in (409, 422) or refused == _MOST_REFUSED:
                    raise
            except OSError:
                failures += 1
        api.pause(failures)
