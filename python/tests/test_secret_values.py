from __future__ import annotations

import base64
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import List
from urllib.parse import quote

from harness import RUNNER, RunnerTest, log_of

from flotilla_runner.secret_values import NOT_GIVEN, Hiding, Mask


def hidden(mask: Mask, pieces: List[bytes]) -> bytes:
    stream = Hiding(mask)
    return b"".join(stream.feed(piece) for piece in pieces) + stream.rest()


class HidingTest(unittest.TestCase):
    def test_a_secret_is_hidden_in_each_of_its_forms(self) -> None:
        value = 'pa"ss wörd/1'
        raw = value.encode()
        forms = [raw, base64.b64encode(raw), base64.urlsafe_b64encode(raw), quote(value, safe="").encode(), json.dumps(value)[1:-1].encode()]
        for form in forms:
            self.assertEqual(hidden(Mask([raw + b"\n"]), [b"a " + form + b" z"]), b"a *** z", form)

    def test_a_secret_is_hidden_wherever_it_stands_in_what_is_encoded(self) -> None:
        mask = Mask([b"correct horse"])
        for before in (b"", b"a", b"ab", b"abc", b"user:"):
            encoded = base64.b64encode(before + b"correct horse" + b" and more")
            shown = hidden(mask, [encoded])
            self.assertIn(b"***", shown)
            # What is left decodes to nothing of it: of the groups at its ends a few bits are not its own.
            self.assertLessEqual(len(shown), len(encoded) - 16 + 3, (before, shown))

    def test_what_is_short_is_no_secret(self) -> None:
        self.assertFalse(Mask([b"", b"abc\n"]))

    def test_each_line_of_a_long_one_is_hidden(self) -> None:
        mask = Mask([b"-----BEGIN KEY-----\nMIIEvQIBADAN\n-----END KEY-----\n"])
        self.assertEqual(hidden(mask, [b"> MIIEvQIBADAN <"]), b"> *** <")

    def test_nothing_but_what_may_become_a_secret_is_held_back(self) -> None:
        stream = Hiding(Mask([b"hunter22"]))
        self.assertEqual(stream.feed(b"progress 50% hu"), b"progress 50% ")
        self.assertEqual(stream.feed(b"rry"), b"hurry")
        self.assertEqual(stream.feed(b" hunter2"), b" ")
        self.assertEqual(stream.feed(b"2!"), b"***!")

    def test_however_a_text_is_cut_up_no_byte_of_a_secret_is_shown(self) -> None:
        """Letters are few, so that secrets begin, overlap and repeat everywhere; `*` is none of them."""
        dice = random.Random(7)
        for _ in range(3000):
            secrets = ["".join(dice.choice("ab") for _ in range(dice.randint(4, 7))).encode() for _ in range(dice.randint(1, 3))]
            text = "".join(dice.choice("abc") for _ in range(dice.randint(0, 60))).encode()
            mask = Mask(secrets)
            whole = self.expected(text, mask)
            pieces: List[bytes] = []
            rest = text
            while rest:
                size = dice.randint(1, 9)
                pieces.append(rest[:size])
                rest = rest[size:]
            self.assertEqual(re.sub(rb"[*]+", b"***", hidden(mask, pieces)), whole, (secrets, text, pieces))

    def expected(self, text: bytes, mask: Mask) -> bytes:
        """By the plainest way: mark each byte that belongs to a secret. Neighbours that do are one mark."""
        marks = bytearray(len(text))
        for form in mask.forms:
            for at in range(len(text)):
                if text.startswith(form, at):
                    marks[at : at + len(form)] = b"\1" * len(form)
        shown = b""
        for at, mark in enumerate(marks):
            if not mark:
                shown += text[at : at + 1]
            elif at == 0 or not marks[at - 1]:
                shown += b"***"
        return shown


class SecretsTest(RunnerTest):
    def supervise(self, folder: Path, given: bytes, secrets: str) -> "subprocess.CompletedProcess[bytes]":
        env = {**os.environ, "PYTHONPATH": str(RUNNER), "FLOTILLA_SECRETS": secrets, "FLOTILLA_SECRETS_FROM": "stdin"}
        env["FLOTILLA_SECRET_VARIABLES"], env["TOKEN"] = "TOKEN", "in-a-variable"
        command = [sys.executable, "-m", "flotilla_runner", "supervise", str(folder)]
        return subprocess.run(command, env=env, input=given, capture_output=True, timeout=30, check=False)

    def test_a_task_has_its_secrets_and_tells_nobody(self) -> None:
        with tempfile.TemporaryDirectory() as secrets:
            value = base64.b64encode(b"correct horse\n").decode()
            script = f"cat {secrets}/PASSWORD; printf 'correct '; sleep 0.7; echo horse $TOKEN; wc -c < {secrets}/PASSWORD; cat"
            folder = self.engine.prepare(run={"type": "exec", "argv": ["sh", "-c", script]})
            ended = self.supervise(folder, json.dumps({"PASSWORD": value}).encode() + b"\nmore", secrets)
            self.assertEqual((ended.returncode, ended.stderr), (0, b""))
            self.assertEqual(log_of(folder, "stdout"), b"***\n*** ***\n14\n")
            self.assertEqual(os.stat(secrets + "/PASSWORD").st_mode & 0o777, 0o400)

    def test_an_error_that_quotes_one_does_not_tell_it(self) -> None:
        with tempfile.TemporaryDirectory() as secrets:
            module = "import os\ndef fit(): raise ValueError('denied: ' + os.environ['TOKEN'])\n"
            (self.engine.code / "quoting.py").write_text(module)
            folder = self.engine.prepare(run={"type": "python", "module": "quoting", "function": "fit"})
            self.supervise(folder, b"{}\n", secrets)
            record = (folder / "exit.json").read_text()
            self.assertEqual(json.loads(record)["result"]["error"]["message"], "denied: ***")
            for name in ("exit.json", "result.json"):
                self.assertNotIn("in-a-variable", (folder / name).read_text(), name)
            self.assertNotIn(b"in-a-variable", (folder / "log").read_bytes() if (folder / "log").exists() else b"")

    def test_secrets_that_do_not_come_leave_the_attempt_unclaimed(self) -> None:
        with tempfile.TemporaryDirectory() as secrets:
            folder = self.engine.prepare(run={"type": "exec", "argv": ["true"]})
            ended = self.supervise(folder, b'{"PASSWORD": "c2Vj', secrets)
            self.assertEqual(ended.returncode, NOT_GIVEN)
            self.assertFalse((folder / "claim").exists())


if __name__ == "__main__":
    unittest.main()
