"""As much of JSON Schema as `protocol/` uses; a keyword that is not known here fails, so that none is passed over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator

PROTOCOL = Path(__file__).resolve().parents[2] / "protocol"
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
_NOTES = {"$schema", "$defs", "title", "description"}


def problems(value: Any, name: str) -> list:
    """What is wrong with the value by `protocol/<name>.schema.json`."""
    root = json.loads((PROTOCOL / f"{name}.schema.json").read_text(encoding="utf-8"))
    return list(_check(value, root, root, "$"))


def _check(value: Any, schema: Dict[str, Any], root: Dict[str, Any], at: str) -> Iterator[str]:
    for keyword, told in schema.items():
        if keyword in _NOTES:
            continue
        if keyword == "$ref":
            yield from _check(value, root["$defs"][told.rpartition("/")[2]], root, at)
        elif keyword == "type":
            if not any(_is(value, one) for one in ([told] if isinstance(told, str) else told)):
                yield f"{at} is no {told}"
        elif keyword == "const":
            if value != told or isinstance(value, bool) != isinstance(told, bool):
                yield f"{at} is not {told!r}"
        elif keyword == "enum":
            if value not in told:
                yield f"{at} is none of {told}"
        elif keyword in ("oneOf", "anyOf", "allOf"):
            fits = [not list(_check(value, one, root, at)) for one in told]
            wanted = {"oneOf": sum(fits) == 1, "anyOf": any(fits), "allOf": all(fits)}[keyword]
            if not wanted:
                yield f"{at} fits {sum(fits)} of {keyword}"
        elif keyword == "required":
            yield from (f"{at}.{key} is missing" for key in told if isinstance(value, dict) and key not in value)
        elif keyword == "properties":
            for key in set(told) & set(value if isinstance(value, dict) else ()):
                yield from _check(value[key], told[key], root, f"{at}.{key}")
        elif keyword == "additionalProperties":
            for key in set(value if isinstance(value, dict) else ()) - set(schema.get("properties", {})):
                yield from [f"{at}.{key} is not known"] if told is False else _check(value[key], told, root, f"{at}.{key}")
        elif keyword == "items":
            for index, item in enumerate(value if isinstance(value, list) else ()):
                yield from _check(item, told, root, f"{at}[{index}]")
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(told, value):
                yield f"{at} does not match {told}"
        elif keyword in ("minimum", "maximum"):
            if _is(value, "number") and (value < told if keyword == "minimum" else value > told):
                yield f"{at} is beyond {told}"
        elif keyword == "minItems":
            if isinstance(value, list) and len(value) < told:
                yield f"{at} is too short"
        else:
            raise AssertionError(f"the keyword {keyword} is not known here")


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
