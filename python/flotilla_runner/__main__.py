"""`python -m flotilla_runner serve --code DIR` and, for tasks in a process of their own, `task FOLDER`."""

from __future__ import annotations

import argparse
import os


def main() -> None:
    parser = argparse.ArgumentParser(prog="flotilla_runner", description="Carries out attempts of Flotilla's tasks.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve_command = commands.add_parser("serve", help="start attempts as told on stdin, and report on descriptor 3")
    serve_command.add_argument("--code", required=True, help="the folder of the code snapshot")
    task_command = commands.add_parser("task", help="run the function of one attempt in this process")
    task_command.add_argument("folder", help="the folder of the attempt")
    arguments = parser.parse_args()
    if arguments.command == "serve":
        from .serve import serve

        serve(arguments.code)
    else:
        _run_task(arguments.folder)


def _run_task(folder: str) -> None:
    from . import interpreter
    from .protocol import read_attempt
    from .task import end_as_python_does, run_task

    attempt = read_attempt(folder)
    interpreter.prepare(attempt["code"])
    interpreter.forget_main([attempt["run"]["module"]])
    code = run_task(folder, attempt)
    try:
        end_as_python_does(code)
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
