from __future__ import annotations

import errno
import os
import re
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from harness import RunnerTest, log_of, wait_for

from flotilla_runner.log import PIECE_BYTES, Log, Pump

RECORD = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z (stdout|stderr) [FP] ")


class FullDiskTest(unittest.TestCase):
    def test_what_is_lost_is_told_and_nothing_is_mixed_up(self) -> None:
        """A disk with room for a number of bytes at a time: -1 for all."""
        real = os.write
        room = [10, 0, 7, -1]

        def write(fd: int, data: memoryview) -> int:
            if room[0] == 0:
                room.pop(0)
                raise OSError(errno.ENOSPC, "No space left on device")
            if room[0] < 0:
                return real(fd, data)
            count = real(fd, data[: room[0]])
            room[0] -= count
            return count

        with tempfile.TemporaryDirectory() as folder, mock.patch("flotilla_runner.log.os.write", write):
            log = Log(folder + "/log")
            records = [b"T stdout F record %d\n" % number for number in range(4)]
            log.write(records[0])  # cut off after 10 bytes
            log.write(records[1])  # lost
            log.write(records[2])  # lost with the 7 bytes of the notice that fit
            log.write(records[3])
            lines = (Path(folder) / "log").read_bytes().split(b"\n")
        self.assertEqual(lines[0], records[0][:10])
        self.assertEqual(lines[-2:], [records[3][:-1], b""])
        self.assertRegex(lines[-3], RECORD)
        self.assertIn(b"up to %d bytes of this log are lost here" % sum(map(len, records[:3])), lines[-3])


class PumpTest(unittest.TestCase):
    """Every way to cut the same bytes into reads gives the same lines."""

    def copy(self, chunks) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            read, write = os.pipe()
            os.set_blocking(read, False)
            pump = Pump(read, b"stdout", Log(folder + "/log"))
            for chunk in chunks:
                os.write(write, chunk)
                pump.read()
            os.close(write)
            pump.drain()
            os.close(read)
            path = Path(folder) / "log"
            return path.read_bytes() if path.exists() else b""

    def text(self, log: bytes) -> bytes:
        text = b""
        for record in log.splitlines(keepends=True) if b"\r" not in log else re.split(rb"(?<=\n)", log):
            if record:
                self.assertRegex(record, RECORD)
                head = RECORD.match(record).end()
                text += record[head:] if record[head - 2 : head - 1] == b"F" else record[head:-1]
        return text

    def test_lines_survive_any_cut(self) -> None:
        whole = b"one\n\n" + b"x" * 70_000 + b"\n\xff\xfe\n" + b"y" * PIECE_BYTES + b"\nend\n"
        for size in (1000, 4096, 60_000, PIECE_BYTES):
            chunks = [whole[i : i + size] for i in range(0, len(whole), size)]
            self.assertEqual(self.text(self.copy(chunks)), whole, size)

    def test_no_piece_is_longer_than_64_kib(self) -> None:
        log = self.copy([b"z" * 60_000] * 5)
        self.assertLessEqual(max(map(len, log.splitlines())), PIECE_BYTES + 50)
        self.assertEqual(self.text(log), b"z" * 300_000 + b"\n")

    def test_nothing_printed_makes_no_file(self) -> None:
        self.assertEqual(self.copy([]), b"")

    def test_an_unended_line_is_shown_in_pieces_and_ended_once(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            read, write = os.pipe()
            os.set_blocking(read, False)
            pump = Pump(read, b"stdout", Log(folder + "/log"))
            os.write(write, b"50 %")
            pump.read()
            self.assertIsNotNone(pump.due)
            pump.show_unended()
            os.write(write, b" 100 %")
            os.close(write)
            pump.drain()
            flags = [(record.split(b" ")[2], record.split(b" ", 3)[3]) for record in Path(folder, "log").read_bytes().splitlines()]
            self.assertEqual(flags, [(b"P", b"50 %"), (b"F", b" 100 %")])


class LogTest(RunnerTest):
    def test_a_line_of_1_mib_comes_whole(self) -> None:
        done = self.python("def f():\n    print('a' * (1 << 20))\n    print('b')\n")
        self.assertEqual(log_of(done["folder"], "stdout"), b"a" * (1 << 20) + b"\nb\n")

    def test_200_mb_are_copied_at_100_mb_a_second(self) -> None:
        line = "a line of about fifty bytes, as programs print them"
        count = 200_000_000 // (len(line) + 1)
        done = self.engine.run(run={"type": "exec", "argv": ["sh", "-c", f"yes '{line}' | head -n {count}"]})
        self.assertTrue(done["completed"], done)
        path = done["folder"] / "log"
        lines = 0
        with open(path, "rb") as file:
            for record in file:
                self.assertEqual(record[27:36], b" stdout F"[0:9], record[:60])
                lines += 1
        self.assertEqual(lines, count)
        seconds = (done["endedAt"] - done["startedAt"]) / 1000
        print(f"200 MB copied at {200 / seconds:.0f} MB/s")
        # A shared machine may be slow; one that is not reaches several hundred.
        self.assertGreater(200 / seconds, 40)

    def test_output_is_seen_while_the_task_runs(self) -> None:
        self.module("live", "import os, time\ndef f():\n    print('first')\n    while not os.path.exists('go'): time.sleep(0.005)\n")
        folder = self.engine.prepare(run={"type": "python", "module": "live", "function": "f"})
        self.engine.start(folder)
        wait_for(lambda: (folder / "log").exists() and b"first" in (folder / "log").read_bytes())
        (folder / "work" / "go").touch()
        self.engine.finish(folder)

    def test_invalid_utf_8_passes_unchanged(self) -> None:
        done = self.engine.run(run={"type": "exec", "argv": ["printf", r"\377\376\n"]})
        self.assertEqual(log_of(done["folder"], "stdout"), b"\xff\xfe\n")


if __name__ == "__main__":
    unittest.main()
