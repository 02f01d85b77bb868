"""Runs the unittest suites below a folder and writes what test.mjs sums up.

unittest-summary.py FOLDER SUMMARY.json     (every test_*.py below FOLDER; FOLDER is put on sys.path)
"""

import json
import os
import sys
import unittest


class CountingResult(unittest.TextTestResult):
    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.passed += 1


def main(folder, summary):
    folder = os.path.abspath(folder)
    # Names are looked up from the folder itself, also where it has tests in folders without __init__.py.
    sys.path.insert(0, folder)
    suite = unittest.TestSuite(find_suites(folder))
    result = unittest.TextTestRunner(resultclass=CountingResult, verbosity=1, buffer=True).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = ["%s: %s" % (test.id(), reason) for test, reason in result.skipped]
    with open(summary, "w") as file:
        json.dump({"passed": result.passed, "failed": failed, "skipped": skipped}, file)
    return 1 if failed else 0


def find_suites(folder):
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in ("node_modules", "__pycache__"))
        if any(name.startswith("test_") and name.endswith(".py") for name in files):
            yield unittest.TestLoader().discover(parent, top_level_dir=top_of(parent, folder))


def top_of(parent, folder):
    """The nearest folder above that is no package: what a test module's name is relative to."""
    while parent != folder and os.path.exists(os.path.join(parent, "__init__.py")):
        parent = os.path.dirname(parent)
    return parent


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
