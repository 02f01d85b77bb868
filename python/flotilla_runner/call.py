"""Finds the function of a step and fills its parameters by name."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import types
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Tuple

from .faults import ConfigError, Fault
from .names import did_you_mean, snake_case
from .protocol import Message

_ON_DISK = ("file", "folder")


def load_module(name: str) -> types.ModuleType:
    """Raises ConfigError if there is no such module; what its own code raises, an import of another one too, passes through."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing != name and not name.startswith(missing + "."):
            raise
        raise ConfigError(
            f"there is no module {name} in the project's files, nor in the step's environment ({missing} was not found).{_near_modules(name)}"
        ) from None
    except (ValueError, TypeError) as error:
        if name.strip(".") and ".." not in name and not name.startswith("."):
            raise
        raise ConfigError(f"{name!r} is no name of a module; write it as package.module ({error})") from None


def find_function(module: types.ModuleType, name: str) -> Callable[..., Any]:
    """A function of the module; dots reach into classes."""
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            own = [key for key, value in vars(found).items() if callable(value) and not key.startswith("_")] if hasattr(found, "__dict__") else []
            what = did_you_mean(part, own) or f" It has {', '.join(sorted(own)[:10])}." if own else " It has no functions."
            raise ConfigError(f"the module {module.__name__} has no function {name}.{what}")
        found = getattr(found, part)
    if not callable(found):
        raise ConfigError(f"{module.__name__}:{name} is a {type(found).__name__}, not a function")
    if inspect.isgeneratorfunction(found) or inspect.isasyncgenfunction(found):
        raise ConfigError(f"{module.__name__}:{name} is a generator; a step's function returns its values once (use return, not yield)")
    return found


def prepare_call(function: Callable[..., Any], attempt: Message) -> Callable[[], Any]:
    """The call with what the task is given, ready to be made. Raises ConfigError if its parameters cannot be filled."""
    positional, named = arguments_for(function, given_to(attempt))
    for output in attempt["outputs"].values():
        if output["type"] in _ON_DISK:
            os.makedirs(output["path"] if output["type"] == "folder" else os.path.dirname(output["path"]), exist_ok=True)
    return lambda: _checked(function(*positional, **named))


def _checked(returned: Any) -> Any:
    if inspect.isawaitable(returned):
        returned = _await(returned)
    if inspect.isgenerator(returned) or inspect.isasyncgen(returned):
        raise Fault("OUTPUT_INVALID", "the function returned a generator; return the values themselves")
    return returned


def given_to(attempt: Message) -> Dict[str, Tuple[str, Any]]:
    """All that there is, by name: where it comes from, and the value. Raises ConfigError if two are called alike."""
    given: Dict[str, Tuple[str, Any]] = {name: ("dimension", value) for name, value in attempt["dimensions"].items()}
    for name, told in attempt["inputs"].items():
        _add(given, name, "input", _input(name, told))
    for name, output in attempt["outputs"].items():
        if output["type"] in _ON_DISK:
            _add(given, name, "output", Path(output["path"]))
    return given


def arguments_for(function: Callable[..., Any], given: Mapping[str, Tuple[str, Any]]) -> Tuple[List[Any], Dict[str, Any]]:
    """Positional and named arguments. Raises ConfigError naming the parameter that nothing fills, and what there is."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        raise ConfigError(f"the parameters of {_name(function)} cannot be read; wrap it in a function written in Python") from None
    spelled = {snake_case(name): name for name in given}
    positional: List[Any] = []
    named: Dict[str, Any] = {}
    used = set()
    takes_all = False
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_all = True
            continue
        name = parameter.name if parameter.name in given else spelled.get(parameter.name)
        if name is None:
            if parameter.default is parameter.empty:
                raise ConfigError(_unfilled(function, parameter.name, given))
            if parameter.kind is parameter.POSITIONAL_ONLY:
                positional.append(parameter.default)
            continue
        used.add(name)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(given[name][1])
        else:
            named[parameter.name] = given[name][1]
    if takes_all:
        for name, (_, value) in given.items():
            if name not in used:
                named.setdefault(snake_case(name), value)
    return positional, named


def _input(name: str, told: Message) -> Any:
    if "rows" in told:
        return [{**row["key"], name: _item(row)} for row in told["rows"]]
    return _item(told)


def _item(told: Message) -> Any:
    return Path(told["path"]) if "path" in told else told.get("value")


def _add(given: Dict[str, Tuple[str, Any]], name: str, source: str, value: Any) -> None:
    if name in given:
        raise ConfigError(f"{name} is the name of a {given[name][0]} and of an {source}; rename one of them, so that the function's parameter means one thing")
    given[name] = (source, value)


def _await(awaitable: Any) -> Any:
    import asyncio  # 30 ms, and few functions are async

    async def run() -> Any:
        return await awaitable

    return asyncio.run(run())


def _unfilled(function: Callable[..., Any], parameter: str, given: Mapping[str, Tuple[str, Any]]) -> str:
    there_is = ", ".join(f"{snake_case(name)} ({source})" for name, (source, _) in given.items()) or "nothing"
    hint = did_you_mean(parameter, map(snake_case, given))
    return f"nothing fills the parameter {parameter} of {_name(function)}; there is: {there_is}.{hint}"


def _name(function: Callable[..., Any]) -> str:
    return f"{getattr(function, '__module__', '?')}:{getattr(function, '__qualname__', repr(function))}"


def _near_modules(name: str) -> str:
    """Modules beside where it should be that are called nearly so."""
    *packages, _ = name.split(".")
    known = []
    folder = Path(sys.path[0], *packages)
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.suffix == ".py" or (entry.is_dir() and (entry / "__init__.py").exists()):
            known.append(".".join([*packages, entry.stem]))
    return did_you_mean(name, known)
