"""The secrets of an attempt: taken in where they do not come as files, and kept out of what is told of it."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Iterable, List, Tuple

#: Where they are, one file each.
FOLDER = "FLOTILLA_SECRETS"
#: `stdin`: they come as one line of JSON, their values in base64, before anything else is done.
SOURCE = "FLOTILLA_SECRETS_FROM"
#: Names of variables that hold one.
VARIABLES = "FLOTILLA_SECRET_VARIABLES"

#: They did not come; it may go better another time.
NOT_GIVEN = 75

_HIDDEN = b"***"
#: What is shorter stands in any text by accident.
_SHORTEST = 4
#: Of a secret of several lines each is hidden that says something.
_SHORTEST_LINE = 8

_Span = Tuple[int, int]


def take_in() -> None:
    """Before anything of the attempt. Ends the process where what was announced does not come."""
    if os.environ.pop(SOURCE, None) != "stdin":
        return
    line = b""
    while b"\n" not in line:
        more = os.read(0, 1 << 16)
        if not more:
            print("flotilla: the secrets of this attempt did not come", file=sys.stderr)
            sys.exit(NOT_GIVEN)
        line += more
    from base64 import b64decode

    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # the task's own input is empty, as anywhere
    os.close(null)
    for name, value in json.loads(line.partition(b"\n")[0]).items():
        fd = os.open(os.path.join(os.environ[FOLDER], name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            os.write(fd, b64decode(value))
        finally:
            os.close(fd)


class Mask:
    """Hides the values of secrets as they are, in base64, in addresses and in JSON."""

    def __init__(self, values: Iterable[bytes]) -> None:
        forms = {form for value in values for form in _forms(value)}
        self.forms = sorted(forms, key=len)
        self.longest = max((len(form) for form in forms), default=0)

    def __bool__(self) -> bool:
        return bool(self.forms)

    def hide_in(self, value: Any) -> Any:
        """In all texts of a JSON value."""
        if isinstance(value, str):
            stream = Hiding(self)
            text = value.encode("utf-8", "surrogatepass")
            return (stream.feed(text) + stream.rest()).decode("utf-8", "replace")
        if isinstance(value, list):
            return [self.hide_in(item) for item in value]
        if isinstance(value, dict):
            return {name: self.hide_in(item) for name, item in value.items()}
        return value

    def spans(self, data: bytes) -> List[_Span]:
        """Where one stands, also those that overlap, as spans that do not."""
        found: List[_Span] = []
        for form in self.forms:
            at = data.find(form)
            while at != -1:
                found.append((at, at + len(form)))
                at = data.find(form, at + 1)
        return merge(found)

    def begins_at(self, data: bytes) -> int:
        """Where at the end of `data` one may have begun; its length if nowhere."""
        for at in range(max(0, len(data) - self.longest + 1), len(data)):
            tail = data[at:]
            if any(form.startswith(tail) for form in self.forms):
                return at
        return len(data)


class Hiding:
    """
    One stream with secrets taken out, in whatever pieces it comes. The end of a piece is held back where a secret may have
    begun in it: nothing else is.
    """

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._held = b""
        #: So much of what is held belongs to a secret that is hidden already.
        self._hidden = 0

    def feed(self, piece: bytes) -> bytes:
        """What may be shown now."""
        data = self._held + piece
        return self._show(data, self._mask.begins_at(data))

    def rest(self) -> bytes:
        """There is no more to come."""
        return self._show(self._held, len(self._held))

    def _show(self, data: bytes, cut: int) -> bytes:
        shown: List[bytes] = []
        at, hidden_to = 0, self._hidden
        for start, end in merge([(0, self._hidden), *self._mask.spans(data)] if self._hidden else self._mask.spans(data)):
            if start >= cut:
                break
            shown.append(data[at:start])
            if start > 0 or not self._hidden:
                shown.append(_HIDDEN)
            at, hidden_to = min(end, cut), end
        shown.append(data[at:cut])
        self._held = data[cut:]
        self._hidden = max(0, hidden_to - cut)
        return b"".join(shown)


def merge(spans: List[_Span]) -> List[_Span]:
    merged: List[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def mask_of_environment() -> Mask:
    """What this process was given."""
    names = os.environ.get(VARIABLES, "").split(",")
    values = [os.environb[name.encode()] for name in names if name in os.environ]
    folder = os.environ.get(FOLDER)
    return Mask(values if folder is None else [*values, *_files_in(folder)])


def _files_in(folder: str) -> List[bytes]:
    """What we cannot read, the task cannot either. TRAP: a cluster keeps links beside the files that it mounts, `..data` among them."""
    found: List[bytes] = []
    try:
        paths = [os.path.join(folder, name) for name in os.listdir(folder) if not name.startswith("..")]
    except OSError:
        return []
    for path in paths:
        try:
            with open(path, "rb") as file:
                found.append(file.read())
        except OSError:
            pass
    return found


def _forms(value: bytes) -> List[bytes]:
    from urllib.parse import quote_from_bytes

    value = value.strip(b"\r\n")
    lines = value.split(b"\n")
    parts = [value] if len(lines) == 1 else [value, *(line.strip() for line in lines if len(line.strip()) >= _SHORTEST_LINE)]
    forms: List[bytes] = []
    for part in parts:
        if len(part) < _SHORTEST:
            continue
        in_json = json.dumps(part.decode("utf-8", "replace"))[1:-1].encode()
        forms += [part, quote_from_bytes(part, safe="").encode(), in_json, *_in_base64(part)]
    return forms


def _in_base64(part: bytes) -> List[bytes]:
    """As it is, and what all encodings of a text have in common in which it stands: three, by where in a group of three bytes it begins."""
    from base64 import b64encode

    plain = [b64encode(part)]
    for before in range(3):
        first = -(-before * 8 // 6)
        whole = (before + len(part)) * 8 // 6
        plain.append(b64encode(b"\0" * before + part)[first:whole])
    return [*plain, *(form.translate(bytes.maketrans(b"+/", b"-_")) for form in plain)]
