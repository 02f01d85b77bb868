"""
Turns a uv.lock into requirements that pip installs to the letter: `python uv_lock.py FILE` prints those that apply to
the interpreter that runs it, each with its version and hashes. Runs in a new venv, whose pip brings the readers of TOML
and of markers. What only uv can install (a git source, a project built from its folder) ends it with a message.
"""

from __future__ import annotations

import os
import pathlib
import sys
from typing import Any, Dict, Iterator, List, Set, Tuple

from pip._vendor.packaging.markers import Marker

try:
    import tomllib
except ImportError:  # before Python 3.11
    from pip._vendor import tomli as tomllib  # type: ignore

Package = Dict[str, Any]


def main(path: str) -> None:
    with open(path, "rb") as file:
        packages: List[Package] = tomllib.load(file).get("package", [])
    root = next((package for package in packages if _is_root(package["source"])), None)
    if root is None:
        sys.exit("it has no project of its own folder")
    for package in _needed(root, packages):
        print(_requirement(package, os.path.dirname(os.path.abspath(path))))


def _is_root(source: Dict[str, str]) -> bool:
    return "." in (source.get("virtual"), source.get("editable"), source.get("directory"))


def _needed(root: Package, packages: List[Package]) -> Iterator[Package]:
    """All that the project needs here, once each; dependencies come to a package by its extras too."""
    seen: Set[Tuple[str, str, str]] = set()
    yielded: Set[str] = set()
    waiting = [(root, "")]
    while waiting:
        package, extra = waiting.pop()
        name = (package["name"], package.get("version", ""), extra)
        if name in seen:
            continue
        seen.add(name)
        if package is not root and package["name"] not in yielded:
            yielded.add(package["name"])
            yield package
        edges = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
        for edge in edges:
            if "marker" in edge and not Marker(edge["marker"]).evaluate({"extra": ""}):
                continue
            found = _find(edge, packages)
            waiting.extend((found, wanted) for wanted in ["", *edge.get("extra", [])])


def _find(edge: Package, packages: List[Package]) -> Package:
    """An edge names version and source only where the lock has several packages of that name."""
    fields = [field for field in ("name", "version", "source") if field in edge]
    return next(package for package in packages if all(package.get(field) == edge[field] for field in fields))


def _requirement(package: Package, folder: str) -> str:
    name, source = package["name"], package["source"]
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    hashes = "".join(f" --hash={file['hash']}" for file in files if "hash" in file)
    if "registry" in source:
        return f"{name}=={package['version']}{hashes}"
    if "url" in source:
        return f"{name} @ {source['url']}{hashes}"
    if "path" in source:
        return f"{name} @ {pathlib.Path(os.path.normpath(os.path.join(folder, source['path']))).as_uri()}{hashes}"
    return sys.exit(f"{name} comes from {' '.join(map(str, source))}, which uv alone can install")


if __name__ == "__main__":
    main(sys.argv[1])
