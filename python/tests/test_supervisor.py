from __future__ import annotations

import json
import os
import signal
import time
import unittest
from pathlib import Path

from harness import RunnerTest, is_alive, log_of, processes_with, wait_for

STEP = {"type": "exec"}


def read_pid(path: Path) -> int:
    return wait_for(lambda: path.exists() and path.read_text(encoding="ascii").strip() and int(path.read_text(encoding="ascii")))


class SupervisorTest(RunnerTest):
    def shell(self, text: str, **told):
        return self.engine.prepare(run={**STEP, "argv": ["sh", "-c", text]}, **told)

    def test_a_program_runs_with_what_it_is_told(self) -> None:
        done = self.engine.run(
            run={**STEP, "argv": ["sh", "-c", 'echo "$GREETING"; pwd; echo "{\\"n\\": $FLOTILLA_ATTEMPT}" > $FLOTILLA_VALUES'], "env": {"GREETING": "hello"}},
            outputs={"n": {"type": "number"}},
            number=3,
        )
        self.assertTrue(done["completed"], done)
        self.assertEqual(done["result"]["values"], {"n": 3})
        self.assertEqual(log_of(done["folder"], "stdout").decode(), f"hello\n{done['folder']}/work\n")
        self.assertEqual(json.loads((done["folder"] / "result.json").read_text())["completed"], True)

    def test_a_program_is_told_of_the_trace_that_it_belongs_to_and_of_none_otherwise(self) -> None:
        trace = f"00-{'1' * 32}-{'2' * 16}-01"
        argv = ["sh", "-c", 'echo "${TRACEPARENT-none}"']
        traced = self.engine.run(run={**STEP, "argv": argv}, traceparent=trace)
        self.assertEqual(log_of(traced["folder"], "stdout").decode(), f"{trace}\n")
        self.assertEqual(log_of(self.engine.run(run={**STEP, "argv": argv})["folder"], "stdout"), b"none\n")

    def test_streams_are_kept_apart_and_a_last_line_without_an_end_is_kept(self) -> None:
        done = self.engine.run(run={**STEP, "argv": ["sh", "-c", "echo a; echo b >&2; printf c"]})
        self.assertEqual(log_of(done["folder"], "stdout"), b"a\nc\n")
        self.assertEqual(log_of(done["folder"], "stderr"), b"b\n")

    def test_exit_codes_and_signals_are_told(self) -> None:
        self.assertEqual(self.engine.run(run={**STEP, "argv": ["sh", "-c", "exit 42"]})["exitCode"], 42)
        killed = self.engine.run(run={**STEP, "argv": ["sh", "-c", "kill -KILL $$"]})
        self.assertEqual(killed["signal"], "SIGKILL")
        self.assertFalse(killed["completed"])
        self.assertNotIn("outOfMemory", killed)
        self.assertNotIn("endedByUs", killed)

    def test_a_program_that_is_not_there_can_never_start(self) -> None:
        done = self.engine.run(run={**STEP, "argv": ["no-such-program"]})
        self.assertEqual(done["config"]["code"], "TASK_CONFIG")
        self.assertIn("no-such-program", done["config"]["message"])
        self.assertFalse(done["completed"])
        self.assertIn("NUL", self.engine.run(run={**STEP, "argv": ["echo", "a\0b"]})["config"]["message"].replace("null", "NUL"))

    def test_a_double_forked_grandchild_is_killed_and_does_not_hold_up_the_end(self) -> None:
        text = (
            "import os, time\n"
            "def f():\n"
            "    if os.fork() == 0:\n"
            "        os.setsid()\n"
            "        if os.fork() == 0:\n"
            "            open('pid', 'w').write(str(os.getpid()))\n"
            "            time.sleep(600)\n"
            "        os._exit(0)\n"
            "    os.wait()\n"
            "    while not os.path.exists('pid') or not open('pid').read(): time.sleep(0.001)\n"
        )
        began = time.monotonic()
        done = self.python(text)
        self.assertTrue(done["completed"], done)
        self.assertLess(time.monotonic() - began, 20)
        self.assertFalse(is_alive(read_pid(done["folder"] / "work" / "pid")))

    def test_a_tree_that_keeps_forking_is_killed(self) -> None:
        text = (
            "import os, time\n"
            "def f():\n"
            "    for _ in range(3):\n"
            "        if os.fork() == 0:\n"
            "            while True:\n"
            "                if os.fork(): time.sleep(0.01); os._exit(0)\n"
            "                os.setsid()\n"
            "                open('alive', 'a').write(f'{os.getpid()}\\n')\n"
            "    while not os.path.exists('alive') or len(open('alive').readlines()) < 9: time.sleep(0.001)\n"
        )
        done = self.python(text)
        self.assertTrue(done["completed"], done)
        pids = [int(line) for line in (done["folder"] / "work" / "alive").read_text().splitlines()]
        self.assertEqual([pid for pid in pids if is_alive(pid)], [])

    def test_the_last_lines_before_a_crash_are_kept_with_a_stack(self) -> None:
        done = self.python("import os, signal\ndef f():\n    print('last words')\n    os.kill(os.getpid(), signal.SIGSEGV)\n")
        self.assertEqual(done["signal"], "SIGSEGV")
        self.assertEqual(log_of(done["folder"], "stdout"), b"last words\n")
        self.assertIn(b"Segmentation fault", log_of(done["folder"], "stderr"))
        done = self.python("import os\ndef f():\n    print('last words'); os._exit(3)\n")
        self.assertEqual(done["exitCode"], 3)
        self.assertFalse(done["completed"])
        self.assertEqual(log_of(done["folder"], "stdout"), b"last words\n")

    def test_an_exit_with_code_0_without_a_result_is_no_success(self) -> None:
        done = self.python("import os\ndef f():\n    os._exit(0)\n")
        self.assertEqual(done["exitCode"], 0)
        self.assertFalse(done["completed"])

    def test_cancel_asks_then_kills_and_says_so(self) -> None:
        folder = self.shell('trap "" TERM; echo $$ > pid; (trap "" TERM; echo up > up; while :; do sleep 60; done) & wait; wait', graceMs=300)
        self.engine.start(folder)
        supervisor = self.engine.report("started", folder)["supervisor"]["pid"]
        wait_for((folder / "work" / "up").exists)
        os.kill(supervisor, signal.SIGTERM)
        done = self.engine.finish(folder)
        self.assertTrue(done["endedByUs"])
        self.assertEqual(done["signal"], "SIGKILL")
        self.assertFalse(done["completed"])
        self.assertFalse(is_alive(read_pid(folder / "work" / "pid")))

    def test_cancel_lets_a_task_tidy_up(self) -> None:
        folder = self.shell('trap "echo tidy; exit 7" TERM; echo up > up; while :; do sleep 0.05; done', graceMs=20_000)
        self.engine.start(folder)
        supervisor = self.engine.report("started", folder)["supervisor"]["pid"]
        wait_for((folder / "work" / "up").exists)
        os.kill(supervisor, signal.SIGTERM)
        done = self.engine.finish(folder)
        self.assertEqual((done["exitCode"], done["endedByUs"]), (7, True))
        self.assertIn(b"tidy\n", log_of(folder, "stdout"))

    def waiting(self, release: str = "go") -> Path:
        """An attempt that runs until its folder `work` has the file."""
        return self.shell(f"echo $PPID > up; while [ ! -e {release} ]; do sleep 0.005; done; echo done")

    def name_follower(self, leader: Path, follower: Path) -> int:
        """As the platform does; when this returns, the supervisor has it prepared."""
        (leader / "next").write_text(str(follower))
        supervisor = self.engine.report("started", leader)["supervisor"]["pid"]
        os.kill(supervisor, signal.SIGUSR1)
        wait_for(lambda: list(follower.glob("claim.*")))
        return supervisor

    def test_a_follower_begins_in_the_place_of_the_attempt_before_it(self) -> None:
        first, second, third = self.waiting(), self.waiting(), self.shell("echo third")
        self.engine.start(first)
        supervisor = self.name_follower(first, second)
        self.assertFalse((second / "claim").exists())
        self.assertFalse((second / "work" / "up").exists())
        (first / "work" / "go").touch()
        self.assertEqual(self.engine.report("ended", first)["next"], second.name)
        self.assertEqual(self.engine.report("started", second)["supervisor"]["pid"], supervisor)
        self.assertTrue(self.engine.finish(first)["completed"])
        self.name_follower(second, third)
        (second / "work" / "go").touch()
        self.assertNotIn("next", self.engine.report("ended", third))
        for folder, text in ((first, b"done\n"), (second, b"done\n"), (third, b"third\n")):
            done = self.engine.finish(folder)
            self.assertTrue(done["completed"], done)
            self.assertEqual(log_of(folder, "stdout"), text)
            self.assertEqual(list(folder.glob("claim.*")), [])
        wait_for(lambda: not is_alive(supervisor))

    def test_a_follower_waits_until_no_process_is_left_of_the_attempt_before_it(self) -> None:
        first = self.shell("setsid sleep 600 & echo $! > left; echo up > up; while [ ! -e go ]; do sleep 0.005; done")
        second = self.shell("if kill -0 $(cat ../../*-1/work/left); then exit 9; fi")
        self.engine.start(first)
        self.name_follower(first, second)
        wait_for((first / "work" / "up").exists)
        (first / "work" / "go").touch()
        self.assertEqual(self.engine.finish(second)["exitCode"], 0)
        self.assertTrue(self.engine.finish(first)["completed"])
        self.assertFalse(is_alive(read_pid(first / "work" / "left")))

    def test_a_follower_that_the_platform_has_claimed_does_not_begin(self) -> None:
        first, second = self.waiting(), self.waiting()
        self.engine.start(first)
        supervisor = self.name_follower(first, second)
        (second / "claim").touch()
        (first / "work" / "go").touch()
        self.assertNotIn("next", self.engine.report("ended", first))
        wait_for(lambda: not is_alive(supervisor))
        self.assertFalse((second / "work" / "up").exists())
        self.assertEqual(list(second.glob("claim.*")), [])
        self.assertEqual(processes_with(str(second)), [])

    def test_another_follower_may_be_named_instead(self) -> None:
        first, second, third = self.waiting(), self.waiting(), self.shell("echo third")
        self.engine.start(first)
        self.name_follower(first, second)
        self.name_follower(first, third)
        self.assertEqual(list(second.glob("claim.*")), [])
        (first / "work" / "go").touch()
        self.assertEqual(self.engine.report("ended", first)["next"], third.name)
        self.assertTrue(self.engine.finish(third)["completed"])
        self.assertFalse((second / "claim").exists())

    def test_after_a_cancel_nobody_follows(self) -> None:
        first, second = self.waiting(), self.waiting()
        self.engine.start(first)
        supervisor = self.name_follower(first, second)
        os.kill(supervisor, signal.SIGTERM)
        self.assertNotIn("next", self.engine.report("ended", first))
        self.assertTrue(self.engine.finish(first)["endedByUs"])
        self.assertFalse((second / "claim").exists())

    def test_a_cancel_that_comes_too_late_does_not_meet_the_follower(self) -> None:
        first, second = self.waiting(), self.waiting()
        self.engine.start(first)
        supervisor = self.name_follower(first, second)
        (first / "work" / "go").touch()
        self.engine.report("started", second)
        (first / "cancel.json").touch()
        os.kill(supervisor, signal.SIGTERM)
        wait_for((second / "work" / "up").exists)
        (second / "work" / "go").touch()
        done = self.engine.finish(second)
        self.assertNotIn("endedByUs", done)
        self.assertTrue(done["completed"], done)

    def test_a_python_follower_gets_what_it_is_told_and_starts_afresh(self) -> None:
        text = (
            "import os\nseen = []\n"
            "def f(n):\n    seen.append(n)\n    print('n', n)\n"
            "    while not os.path.exists('go'): os.sched_yield()\n"
            "    return len(seen)\n"
        )
        run = {"type": "python", "module": self.module("steps", text), "function": "f"}
        told = [self.engine.prepare(run=run, inputs={"n": {"value": n}}, outputs={"seen": {"type": "number"}}) for n in range(3)]
        self.engine.start(told[0])
        for leader, follower in zip(told, told[1:]):
            self.name_follower(leader, follower)
            (leader / "work" / "go").touch()
            self.assertEqual(self.engine.report("ended", leader)["next"], follower.name)
        (told[2] / "work" / "go").touch()
        for n, folder in enumerate(told):
            self.assertEqual(self.engine.finish(folder)["result"]["values"], {"seen": 1})
            self.assertEqual(log_of(folder, "stdout"), f"n {n}\n".encode())

    def test_a_follower_that_cannot_be_called_says_why(self) -> None:
        run = {"type": "python", "module": self.module("steps2", "def f(): pass\ndef g(missing): pass\n")}
        first = self.waiting()
        lone = self.engine.prepare(run={**run, "function": "f"})
        self.engine.start(lone)
        self.engine.finish(lone)
        self.engine.start(first)
        wrong = self.engine.prepare(run={**run, "function": "g"})
        self.name_follower(first, wrong)
        (first / "work" / "go").touch()
        self.assertIn("nothing fills the parameter missing", self.engine.finish(wrong)["result"]["config"]["message"])

    def test_the_task_dies_with_its_supervisor_and_nothing_is_written(self) -> None:
        folder = self.shell("echo up > up; exec sleep 600")
        self.engine.start(folder)
        started = self.engine.report("started", folder)
        wait_for((folder / "work" / "up").exists)
        os.kill(started["supervisor"]["pid"], signal.SIGKILL)
        wait_for(lambda: not is_alive(started["pid"]))
        self.assertFalse((folder / "exit.json").exists())

    def test_attempts_outlive_their_parent(self) -> None:
        self.module("slow", "import os, time\ndef f():\n    open('up', 'w').close()\n    while not os.path.exists('go'): time.sleep(0.005)\n")
        folders = [self.shell("echo up > up; while [ ! -e go ]; do sleep 0.01; done"), self.engine.prepare(run={"type": "python", "module": "slow", "function": "f"})]
        for folder in folders:
            self.engine.start(folder)
            wait_for((folder / "work" / "up").exists)
        self.engine.process.kill()
        self.engine.process.wait()
        for folder in folders:
            (folder / "work" / "go").touch()
            wait_for((folder / "exit.json").exists)
            self.assertTrue(json.loads((folder / "exit.json").read_text())["completed"])

    def test_no_process_is_left_when_the_parent_ends(self) -> None:
        self.module("warm", "def f(): pass\n")
        self.engine.run(run={"type": "python", "module": "warm", "function": "f"})
        self.engine.run(run={**STEP, "argv": ["true"]})
        marker = str(self.engine.code)
        self.assertTrue(processes_with(marker))
        self.engine.process.stdin.close()
        wait_for(lambda: not processes_with(marker))

    def test_an_attempt_is_claimed_once(self) -> None:
        folder = self.shell("echo ran >> ran")
        self.engine.start(folder)
        self.engine.finish(folder)
        self.engine.start(folder)
        self.assertIn("claimed", self.engine.report("refused", folder)["reason"])
        self.assertEqual((folder / "work" / "ran").read_text(), "ran\n")
        renounced = self.shell("echo ran >> ran")
        (renounced / "claim").write_text('{"by":"platform"}')
        self.engine.start(renounced)
        self.engine.report("refused", renounced)
        self.assertFalse((renounced / "work" / "ran").exists())
        self.assertTrue(self.engine.run(run={**STEP, "argv": ["true"]})["completed"])

    def test_started_names_both_processes(self) -> None:
        folder = self.shell("while [ ! -e go ]; do sleep 0.01; done")
        self.engine.start(folder)
        told = self.engine.report("started", folder)
        written = json.loads((folder / "started.json").read_text())
        self.assertEqual(written["task"], {"pid": told["pid"], "startTime": told["startTime"]})
        self.assertEqual(written["supervisor"], told["supervisor"])
        self.assertEqual(json.loads((folder / "claim").read_text()), {"supervisor": told["supervisor"]})
        stat = Path(f"/proc/{told['pid']}/stat").read_text().rpartition(") ")[2].split()
        self.assertEqual((stat[19], int(stat[3]), int(stat[2])), (told["startTime"], told["supervisor"]["pid"], told["pid"]))
        (folder / "work" / "go").touch()
        self.engine.finish(folder)

    def test_a_killed_spare_is_replaced(self) -> None:
        self.assertTrue(self.engine.run(run={**STEP, "argv": ["true"]})["completed"])
        marker = str(self.engine.code)
        for pid in processes_with(marker):
            if pid != self.engine.process.pid:
                os.kill(pid, signal.SIGKILL)
        self.assertTrue(self.engine.run(run={**STEP, "argv": ["true"]})["completed"])


if __name__ == "__main__":
    unittest.main()
