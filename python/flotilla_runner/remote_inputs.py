"""What a task elsewhere needs before it can begin: code and inputs, fetched in parts and compared with their digests."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import tarfile
from typing import Dict, List

from .protocol import Message
from .remote_api import Api, Gave
from .sealed import SEALED_AT

_PIECE_BYTES = 1 << 20
#: A content that came whole so often and was another each time is no accident of the way.
_MOST_DAMAGED = 3


class Unusable(Exception):
    """What the attempt needs cannot be had, however often it is asked for."""


def fetch_code(api: Api, content: Message, folder: str) -> None:
    archive = folder + ".tar"
    _fetch(api, "/v1/code", content, archive)
    os.mkdir(folder)
    with tarfile.open(archive) as files:
        for member in files:
            target = _inside(folder, member.name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            source = files.extractfile(member)
            if source is None:
                raise Unusable(f"the code has {member.name} in it, which is no file")
            with open(target, "wb") as file:
                shutil.copyfileobj(source, file, _PIECE_BYTES)
            os.chmod(target, 0o555 if member.mode & 0o111 else 0o444)
    os.unlink(archive)


def fetch_inputs(api: Api, inputs: List[Message], folder: str) -> None:
    """Read-only, below `folder`. Equal contents are fetched once."""
    fetched: Dict[str, str] = {}
    for told in inputs:
        target = _inside(folder, told["path"])
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if told["type"] == "file":
            _place(api, told, target, 0o444, fetched)
        else:
            _fetch_folder(api, told["digest"], target, fetched)


def _fetch_folder(api: Api, digest: str, target: str, fetched: Dict[str, str]) -> None:
    listed = target + ".tree"
    _fetch(api, f"/v1/inputs/{digest}", {"digest": digest}, listed)
    with open(listed, "rb") as file:
        entries = json.load(file)["entries"]
    os.unlink(listed)
    os.mkdir(target)
    folders = {target}
    for entry in entries:
        path = _inside(target, entry["path"])
        parent = path if entry["type"] == "folder" else os.path.dirname(path)
        if parent not in folders:
            os.makedirs(parent, exist_ok=True)
            folders.add(parent)
        if entry["type"] == "file":
            _place(api, entry, path, 0o555 if entry.get("executable") else 0o444, fetched)
    for path, _, _ in os.walk(target, topdown=False):
        os.chmod(path, 0o555)


def _place(api: Api, content: Message, target: str, mode: int, fetched: Dict[str, str]) -> None:
    earlier = fetched.get(content["digest"])
    if earlier is None:
        _fetch(api, f"/v1/inputs/{content['digest']}", content, target)
        fetched[content["digest"]] = target
    else:
        shutil.copyfile(earlier, target)
    os.chmod(target, mode)
    os.utime(target, (SEALED_AT, SEALED_AT))


def _fetch(api: Api, path: str, content: Message, target: str) -> None:
    """Appears whole or not at all; what came before a connection broke is not fetched again. Raises Unusable."""
    part = target + ".part"
    failures = damaged = 0
    digest = hashlib.sha256()
    with open(part, "wb") as file:
        while True:
            before = file.tell()
            try:
                _copy_rest(api, path, file, digest)
            except Gave as error:
                raise Unusable(str(error.answer.get("error", error))) from error
            except (OSError, http.client.HTTPException):
                api.close()
                failures = 0 if file.tell() > before else failures + 1
                api.pause(failures)
                continue
            if f"sha256:{digest.hexdigest()}" == content["digest"]:
                break
            damaged += 1
            if damaged == _MOST_DAMAGED:
                raise Unusable(f"the artifact {content['digest']} is damaged: it came {damaged} times with another content")
            digest = hashlib.sha256()
            file.seek(0)
            file.truncate()
    os.rename(part, target)


def _copy_rest(api: Api, path: str, file, digest) -> None:  # type: ignore[no-untyped-def]
    """Raises OSError where it ends too early: what has come by then is in the file and in the digest."""
    with api.open(path, file.tell()) as response:
        left = int(response.headers["Content-Length"])
        while left:
            piece = response.read(min(left, _PIECE_BYTES))
            if not piece:
                raise OSError("the connection ended too early")
            left -= len(piece)
            file.write(piece)
            digest.update(piece)


def _inside(folder: str, path: str) -> str:
    target = os.path.normpath(os.path.join(folder, path))
    if not target.startswith(folder + os.sep):
        raise Unusable(f"{path} does not lie in {folder}")
    return target
