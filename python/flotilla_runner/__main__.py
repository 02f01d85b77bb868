"""`python -m flotilla_runner serve --code DIR`; in a container `supervise FOLDER`; elsewhere `remote SCRATCH` or, for several, `pack SCRATCH`, and around a container of somebody else's `fetch SCRATCH` and `carry SCRATCH`; for tasks in a process of their own `task FOLDER`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    arguments = sys.argv[1:]
    if arguments[:2] == ["serve", "--code"] and len(arguments) == 3:
        from .serve import serve

        serve(arguments[2])
    elif arguments[:1] == ["supervise"] and len(arguments) == 2:
        from .alone import supervise

        supervise(arguments[1])
    elif arguments[:1] == ["remote"] and len(arguments) == 2:
        from .remote import remote

        remote(arguments[1])
    elif arguments[:1] == ["pack"] and len(arguments) == 2:
        from .pack import pack

        pack(arguments[1])
    elif arguments[:1] in (["fetch"], ["carry"]) and len(arguments) == 2:
        from .carry import carry, fetch

        (fetch if arguments[0] == "fetch" else carry)(arguments[1])
    elif arguments[:1] == ["task"] and len(arguments) == 2:
        _run_task(arguments[1])
    else:
        sys.exit("usage: python -m flotilla_runner serve --code DIR | supervise FOLDER | remote|pack|fetch|carry SCRATCH | task FOLDER")


def _run_task(folder: str) -> None:
    from . import interpreter
    from .protocol import read_attempt
    from .task import end_as_python_does, prepare_task, run_task

    attempt = read_attempt(folder)
    interpreter.prepare(attempt["code"])
    interpreter.forget_main([attempt["run"]["module"]])
    code = run_task(folder, attempt, prepare_task(attempt))
    try:
        end_as_python_does(code)
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
