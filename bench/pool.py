"""The bare thing that fleets are compared with: pool.py FUNCTION TASKS WORKERS [fork] prints the seconds it took.

FUNCTION is one of the module `tasks`, called with n = 1 … TASKS. The workers import the module, not this process. With
`fork` each call has a process of its own, forked by the worker: what isolation costs with nothing of ours around it.
"""

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor


def call(name, n):
    import tasks

    return getattr(tasks, name)(n)


def call_forked(name, n):
    import tasks

    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.write(write, json.dumps(getattr(tasks, name)(n)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        result = json.loads(answer.read())
    os.waitpid(pid, 0)
    return result


def main(name, tasks, workers, how="reused"):
    started = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        work = call_forked if how == "fork" else call
        results = list(pool.map(work, [name] * tasks, range(1, tasks + 1)))
    seconds = time.perf_counter() - started
    assert len(results) == tasks
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
