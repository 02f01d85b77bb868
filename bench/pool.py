"""The bare thing that fleets are compared with: pool.py FUNCTION TASKS WORKERS prints the seconds it took.

FUNCTION is one of the module `tasks`, called with n = 1 … TASKS. The workers import the module, not this process.
"""

import sys
import time
from concurrent.futures import ProcessPoolExecutor


def call(name, n):
    import tasks

    return getattr(tasks, name)(n)


def main(name, tasks, workers):
    started = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        results = list(pool.map(call, [name] * tasks, range(1, tasks + 1)))
    seconds = time.perf_counter() - started
    assert len(results) == tasks
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
