from __future__ import annotations

import errno
import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict
from unittest import mock

from flotilla_runner import result_file
from flotilla_runner.outcome import Ending, exit_record

FINE: Dict[str, Any] = {"protocol": 1, "completed": True, "values": {"n": 1}}


class Disk:
    """A disk on which the first writes find no room."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals

    def write_plain(self, path: str, data: bytes) -> None:
        if self.refusals > 0:
            self.refusals -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        Path(path).write_bytes(data)


class ResultFileTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="flotilla-runner-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for name in ("outputs", "work"):
            (self.folder / name).mkdir()
        (self.folder / "outputs" / "model").write_text("half")
        (self.folder / "work" / "deep").mkdir()
        (self.folder / "work" / "deep" / "scratch").write_text("x")
        (self.folder / "work" / "link").symlink_to(os.getcwd())

    def write(self, refusals: int, result: Dict[str, Any] = FINE) -> int:
        with mock.patch.object(result_file, "write_plain", Disk(refusals).write_plain):
            return result_file.write_result(str(self.folder), result, 0)

    def written(self) -> Any:
        return json.loads((self.folder / "result.json").read_text())

    def left(self) -> int:
        return len([*(self.folder / "outputs").iterdir(), *(self.folder / "work").iterdir()])

    def record(self, exit_code: int, run: str) -> Any:
        ending = Ending()
        ending.status = exit_code << 8
        return exit_record({"id": "r-0-0-1", "run": {"type": run}, "outputs": {}}, str(self.folder), ending)

    def test_with_room_everything_stays(self) -> None:
        self.assertEqual(self.write(0), 0)
        self.assertEqual((self.written(), self.left()), (FINE, 3))

    def test_without_room_the_outputs_go_and_the_result_says_so(self) -> None:
        self.assertEqual(self.write(1), 1)
        self.assertEqual((self.written()["diskFull"], self.left()), (True, 0))
        self.assertTrue(os.listdir(os.getcwd()))  # what a link leads to is not ours

    def test_without_any_room_the_exit_code_says_so(self) -> None:
        self.assertEqual(self.write(2), result_file.NO_ROOM)
        record = self.record(result_file.NO_ROOM, "python")
        self.assertEqual((record["completed"], record["result"]["diskFull"]), (False, True))
        # A command may mean something else by that code.
        self.assertNotIn("result", self.record(result_file.NO_ROOM, "exec"))

    def test_another_fault_of_the_disk_is_not_hidden(self) -> None:
        with mock.patch.object(result_file, "write_plain", side_effect=OSError(errno.EIO, "I/O error")):
            with self.assertRaises(OSError):
                result_file.write_result(str(self.folder), FINE, 0)

    def test_a_command_succeeds_though_its_result_has_no_room_of_its_own(self) -> None:
        with mock.patch("flotilla_runner.outcome.write_plain", Disk(1).write_plain):
            record = self.record(0, "exec")
        self.assertTrue(record["completed"])
        self.assertFalse((self.folder / "result.json").exists())


if __name__ == "__main__":
    unittest.main()
