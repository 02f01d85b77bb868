"""What a task yields as values, checked against the outputs it declares."""

from __future__ import annotations

import json
import math
from typing import Any, Dict, List, Mapping, NoReturn, Optional, Set

from .faults import Fault
from .names import snake_case

MAX_VALUES_BYTES = 8 * 1024 * 1024
_ON_DISK = ("file", "folder")

Outputs = Mapping[str, Mapping[str, Any]]


def values_of(returned: Any, outputs: Outputs) -> Dict[str, Any]:
    """
    The values by output, from what a function returned: a dict by name (also in snake_case), the bare value if there is
    exactly one value output, or None if there is none. Raises Fault.
    """
    wanted = [name for name, output in outputs.items() if output["type"] not in _ON_DISK]
    if returned is None and not _is_required(wanted, outputs):
        return check_values({}, outputs)
    if len(wanted) == 1 and not _names_outputs(returned, wanted, outputs):
        if returned is None:
            raise _missing(wanted[0], outputs)
        return check_values({wanted[0]: returned}, outputs)
    if returned is None:
        raise Fault("OUTPUT_MISSING", f"the function returned nothing; it must return a dict with the value outputs {_listed(wanted)}")
    if not isinstance(returned, dict):
        what = f"a dict with the value outputs {_listed(wanted)}" if wanted else "None, as the step declares no value outputs"
        raise _invalid(f"the function returned {_shown(returned)}; it must return {what}")
    return check_values(_by_output(returned, outputs), outputs)


def check_values(values: Mapping[str, Any], outputs: Outputs) -> Dict[str, Any]:
    """The values as plain JSON, if they are just the declared value outputs. Raises Fault."""
    for name in values:
        output = outputs.get(name)
        if output is None:
            raise _invalid(f"the value {_quoted(name)} is not a declared output; declared are {_listed(list(outputs))}")
        if output["type"] in _ON_DISK:
            raise _invalid(f"the output {name} is a {output['type']}: write it to the path that is given, and return no value for it")
    checked: Dict[str, Any] = {}
    for name, output in outputs.items():
        if output["type"] in _ON_DISK:
            continue
        if name in values:
            checked[name] = _check(name, output, values[name])
        elif not output.get("optional"):
            raise _missing(name, outputs)
    size = len(_encode(checked))
    if size > MAX_VALUES_BYTES:
        raise _invalid(f"the values are {size:,} bytes long as JSON, and {MAX_VALUES_BYTES:,} are allowed: declare a file output for what is larger")
    return checked


def invalid_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _check(name: str, output: Mapping[str, Any], value: Any) -> Any:
    kind = output["type"]
    if value is None and (output.get("optional") or kind == "json"):
        return None
    value = _plain(name, value, set())
    fits = {
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "json": True,
    }
    if not fits.get(kind, False):
        raise _invalid(f"the output {name} is declared as {kind}, and its value is {_shown(value)}")
    return value


def _plain(name: str, value: Any, within: Set[int]) -> Any:
    """The value with scalars of numpy and its kin unwrapped, everything in it being JSON."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _invalid(f"the output {name} is {value!r}, or has it in it, which JSON has no word for: decide what to yield instead (an optional output may be None)")
        return float(value)
    if isinstance(value, str):
        return str(value)
    if id(value) in within:
        raise _invalid(f"the output {name} contains itself")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise _invalid(f"the output {name} has a dict with the key {_shown(key)}; JSON has only strings as keys")
        return {str(key): _plain(name, item, within | {id(value)}) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(name, item, within | {id(value)}) for item in value]
    scalar = _scalar(value)
    if scalar is None:
        hint = ": convert it with .tolist()" if hasattr(value, "tolist") else ""
        raise _invalid(f"the output {name} is, or has in it, {_shown(value)}, which is not JSON{hint}")
    return _plain(name, scalar, within)


def _scalar(value: Any) -> Optional[Any]:
    """The Python value of a scalar of numpy, torch and the like; None for anything else."""
    if getattr(value, "shape", None) != () or not callable(getattr(value, "item", None)):
        return None
    item = value.item()
    return item if isinstance(item, (bool, int, float, str)) else None


def _names_outputs(returned: Any, wanted: List[str], outputs: Outputs) -> bool:
    """Whether a dict is one of outputs by name, and not itself the value of the only output."""
    if not isinstance(returned, dict):
        return False
    names = {*wanted, *map(snake_case, wanted)}
    if outputs[wanted[0]]["type"] == "json":
        return bool(returned) and all(key in names for key in returned)
    return True


def _by_output(returned: Mapping[Any, Any], outputs: Outputs) -> Dict[str, Any]:
    snake = {snake_case(name): name for name in outputs}
    values: Dict[str, Any] = {}
    for key, value in returned.items():
        name = key if key in outputs else snake.get(key, key)
        if name in values:
            raise _invalid(f"the output {name} was returned twice, as {name} and as {snake_case(name)}")
        values[name] = value
    return values


def _is_required(wanted: List[str], outputs: Outputs) -> bool:
    return any(not outputs[name].get("optional") for name in wanted)


def _encode(values: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    except RecursionError as error:
        raise _invalid("the values are nested too deeply") from error


def _missing(name: str, outputs: Outputs) -> Fault:
    return Fault("OUTPUT_MISSING", f"there is no value for the output {name} ({outputs[name]['type']}): return it, or declare the output as optional")


def _invalid(message: str) -> Fault:
    return Fault("OUTPUT_INVALID", message)


def _listed(names: List[str]) -> str:
    return ", ".join(names) if names else "none"


def _quoted(name: Any) -> str:
    return json.dumps(name)[:100] if isinstance(name, str) else _shown(name)


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:
        text = "…"
    return f"{text[:77] + '…' if len(text) > 80 else text} ({type(value).__name__})"
