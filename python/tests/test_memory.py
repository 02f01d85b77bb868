from __future__ import annotations

import os
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import RunnerTest, processes_with, wait_for

from flotilla_runner import memory

LIMIT = 200 << 20
EAT = "def f():\n    import mmap\n    kept = []\n    for _ in range(40):\n        kept.append(bytearray(b'x') * (32 << 20))\n"
EAT_IN_CHILD = "import os, signal, sys\n" + EAT.replace("def f", "def eat") + (
    "def f():\n    pid = os.fork()\n    if pid == 0:\n        eat()\n        os._exit(0)\n    _, status = os.waitpid(pid, 0)\n    sys.exit(1 if status else 0)\n"
)
WITH_GROUPS = memory.make_cgroup(os.getpid(), 0)
if WITH_GROUPS:
    WITH_GROUPS.remove()


def groups() -> set:
    return {one.name for place, _ in memory.cgroup_places() for one in Path(place).glob("flotilla-[0-9]*")}


class MemoryTest(RunnerTest):
    seen_by = "watch"
    environment = {"FLOTILLA_MEMORY": "watch"}

    def test_too_much_memory_is_told_from_another_kill(self) -> None:
        done = self.python(EAT, memoryBytes=LIMIT)
        self.assertEqual((done["signal"], done["outOfMemory"]), ("SIGKILL", {"seenBy": self.seen_by, "limitBytes": LIMIT}))
        self.assertGreater(done["peakMemoryBytes"], LIMIT / 2)
        done = self.python("import os\ndef f(): os.kill(os.getpid(), 9)\n", memoryBytes=LIMIT)
        self.assertEqual(done["signal"], "SIGKILL")
        self.assertNotIn("outOfMemory", done)

    def test_too_much_memory_of_a_child_is_seen(self) -> None:
        done = self.python(EAT_IN_CHILD, memoryBytes=LIMIT)
        self.assertFalse(done["completed"])
        self.assertEqual(done["outOfMemory"], {"seenBy": self.seen_by, "limitBytes": LIMIT})

    def test_a_task_within_its_limit_is_left_alone(self) -> None:
        done = self.python("def f():\n    x = bytearray(b'x') * (100 << 20)\n", memoryBytes=LIMIT)
        self.assertTrue(done["completed"], done)
        self.assertGreater(done["peakMemoryBytes"], 100 << 20)
        self.assertNotIn("outOfMemory", done)

    def test_a_program_is_limited_as_well(self) -> None:
        done = self.engine.run(run={"type": "exec", "argv": ["python3", "-c", EAT + "f()"]}, memoryBytes=LIMIT)
        self.assertEqual(done["outOfMemory"]["seenBy"], self.seen_by)

    def test_usage_of_children_counts(self) -> None:
        text = (
            "import os, time\n"
            "def f():\n    if os.fork() == 0:\n        x = bytearray(b'x') * (150 << 20)\n        end = time.process_time() + 0.2\n        while time.process_time() < end: pass\n        os._exit(0)\n    os.wait()\n"
        )
        done = self.python(text)
        self.assertGreater(done["peakMemoryBytes"], 150 << 20)
        self.assertGreater(done["cpuSeconds"], 0.19)

    def test_a_memory_error_is_told(self) -> None:
        done = self.python("def f():\n    try:\n        bytearray(1 << 60)\n    except MemoryError as e:\n        raise RuntimeError('no') from e\n")
        self.assertEqual(done["outOfMemory"], {"seenBy": "runtime"})
        self.assertTrue(done["result"]["outOfMemory"])


@unittest.skipUnless(WITH_GROUPS, "control groups may not be made here")
class CgroupTest(MemoryTest):
    seen_by = "cgroup"
    environment = {}

    def test_no_group_is_left(self) -> None:
        for _ in range(3):  # the second and later ones are made ahead of need
            self.engine.run(run={"type": "exec", "argv": ["true"]}, memoryBytes=LIMIT)
        own = set(map(str, processes_with(str(self.engine.code))))
        before = {name for name in groups() if name.split("-")[1] in own}
        self.engine.process.stdin.close()
        self.engine.process.wait()
        # Of our own spares: other parents may run beside this test.
        self.assertTrue(before)
        wait_for(lambda: not groups() & before)


@unittest.skipUnless(WITH_GROUPS, "there is no control group that we may write")
class AbandonedTest(unittest.TestCase):
    def test_only_groups_of_supervisors_that_are_gone_are_removed(self) -> None:
        place = Path(memory.cgroup_places()[0][0])
        gone = 2**22 + 1  # more than a pid may be
        made = {name: place / name for name in (f"flotilla-{gone}-1", f"flotilla-{os.getpid()}-1", "flotilla-of-somebody", f"flotilla-{gone}-x")}
        for group in made.values():
            group.mkdir()
            self.addCleanup(lambda group=group: group.exists() and group.rmdir())
        memory.remove_abandoned()
        self.assertEqual([name for name, group in made.items() if not group.exists()], [f"flotilla-{gone}-1"])


class PlacesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="flotilla-cgroup-"))
        self.addCleanup(shutil.rmtree, self.root)

    def folder(self, path: str, controllers: str) -> str:
        folder = self.root / path
        folder.mkdir(parents=True)
        (folder / "cgroup.subtree_control").write_text(controllers)
        return str(folder)

    def test_version_2_goes_beside_ours_where_the_parent_hands_memory_down(self) -> None:
        above = self.folder("app.slice", "cpu memory pids\n")
        self.folder("app.slice/ours.scope", "\n")
        self.assertEqual(memory.find_places("0::/app.slice/ours.scope\n", f"cgroup2 {self.root} cgroup2 rw 0 0\n"), [(above, 2)])

    def test_version_2_without_a_hand_down_has_no_place(self) -> None:
        self.folder("session.slice", "pids\n")
        self.folder("session.slice/ours.scope", "\n")
        self.assertEqual(memory.find_places("0::/session.slice/ours.scope\n", f"cgroup2 {self.root} cgroup2 rw 0 0\n"), [])

    def test_version_1_goes_below_ours(self) -> None:
        ours = self.folder("ours", "")
        places = memory.find_places("4:memory:/ours\n0::/\n", f"cgroup {self.root} cgroup rw,memory 0 0\n")
        self.assertEqual(places, [(ours, 1), (str(self.root), 1)])

    def test_a_group_reads_its_counters(self) -> None:
        folder = Path(self.folder("g", ""))
        (folder / "memory.events").write_text("low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n")
        (folder / "memory.peak").write_text("5000\n")
        (folder / "memory.current").write_text("1000\n")
        group = memory.Cgroup(str(folder), 2)
        self.assertEqual((group.oom_kills(), group.peak_bytes()), (2, 4000))
        group.limit(4096)
        self.assertEqual(((folder / "memory.max").read_text(), (folder / "memory.swap.max").read_text()), ("4096", "0"))


if __name__ == "__main__":
    unittest.main()
