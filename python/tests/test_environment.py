from __future__ import annotations

import hashlib
import subprocess
import sys
import unittest
import zipfile
from pathlib import Path
from typing import Any, Dict

from harness import RunnerTest, log_of

OUTPUTS = {"python": {"type": "string"}}


def write_wheel(folder: Path, name: str = "tiny") -> Path:
    """A package of one module, installable without a network and without a build."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "ANSWER = 42\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


def answer_of(python: str) -> bytes:
    return subprocess.check_output([python, "-c", "import tiny; print(tiny.ANSWER)"])


class EnvironmentTest(RunnerTest):
    environment = {"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1"}  # without uv, without a registry

    def build(self, source: str, path: Path, name: str = "e1", **run: Any) -> Dict[str, Any]:
        told = {"type": "environment", "source": source, "path": str(path), "python": sys.executable, "target": str(self.directory(name)), **run}
        return self.engine.run(run=told, outputs=OUTPUTS)

    def directory(self, name: str) -> Path:
        return self.root / "environments" / name

    def test_requirements_are_built_once_and_found_again(self) -> None:
        write_wheel(self.root)
        requirements = self.root / "requirements.txt"
        requirements.write_text("./tiny-1.0-py3-none-any.whl\n", encoding="utf-8")
        first = self.build("requirements", requirements)
        self.assertTrue(first["completed"], first)
        self.assertIn(b"tiny", log_of(first["folder"], "stdout"))
        python = first["result"]["values"]["python"]
        self.assertEqual(python, str(self.directory("e1") / "bin" / "python"))
        self.assertEqual(answer_of(python), b"42\n")
        second = self.build("requirements", requirements)
        self.assertTrue(second["completed"], second)
        self.assertNotIn(b"pip", log_of(second["folder"], "stdout"))

    def test_a_pyproject_gives_its_dependencies(self) -> None:
        wheel = write_wheel(self.root)
        project = self.root / "pyproject.toml"
        project.write_text(f'[project]\nname = "p"\nversion = "1"\ndependencies = ["tiny @ {wheel.as_uri()}"]\n', encoding="utf-8")
        exit_record = self.build("pyproject", project)
        self.assertTrue(exit_record["completed"], exit_record)
        self.assertEqual(answer_of(exit_record["result"]["values"]["python"]), b"42\n")

    def test_a_requirement_that_cannot_be_installed_leaves_nothing(self) -> None:
        requirements = self.root / "requirements.txt"
        requirements.write_text("no-such-package-at-all==1\n", encoding="utf-8")
        exit_record = self.build("requirements", requirements)
        self.assertFalse(exit_record["completed"])
        error = exit_record["result"]["error"]
        self.assertEqual(error["type"], "ENVIRONMENT_FAILED")
        self.assertIn("no-such-package-at-all", error["message"].splitlines()[0])
        self.assertFalse(self.directory("e1").exists())

    def test_what_a_killed_builder_left_is_built_anew(self) -> None:
        (self.directory("e1") / "bin").mkdir(parents=True)
        (self.directory("e1") / "rest").write_text("of a killed builder", encoding="utf-8")
        requirements = self.root / "requirements.txt"
        requirements.write_text("", encoding="utf-8")
        self.assertTrue(self.build("requirements", requirements)["completed"])
        self.assertFalse((self.directory("e1") / "rest").exists())

    def test_two_at_once_build_one(self) -> None:
        requirements = self.root / "requirements.txt"
        requirements.write_text("", encoding="utf-8")
        run = {"type": "environment", "source": "requirements", "path": str(requirements), "python": sys.executable, "target": str(self.directory("e1"))}
        folders = [self.engine.prepare(run=run) for _ in range(2)]
        for folder in folders:
            self.engine.start(folder)
        for folder in folders:
            self.assertTrue(self.engine.finish(folder)["completed"])
        self.assertEqual(sum(log_of(folder, "stdout").count(b"-m venv") for folder in folders), 1)

    def test_a_uv_lock_is_installed_without_uv_too(self) -> None:
        wheel = write_wheel(self.root)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        exit_record = self.build("uv.lock", self.write_lock(digest))
        self.assertTrue(exit_record["completed"], exit_record)
        self.assertEqual(answer_of(exit_record["result"]["values"]["python"]), b"42\n")

    def test_a_uv_lock_is_held_to_its_hashes(self) -> None:
        write_wheel(self.root)
        error = self.build("uv.lock", self.write_lock("0" * 64))["result"]["error"]
        self.assertEqual(error["type"], "ENVIRONMENT_FAILED")
        self.assertIn("HASHES", error["message"])

    def test_what_only_uv_can_install_says_so(self) -> None:
        lock = self.write_lock("0" * 64, source='git = "https://example.org/tiny"')
        error = self.build("uv.lock", lock)["result"]["error"]
        self.assertEqual(error["type"], "ENVIRONMENT_FAILED")
        self.assertIn("tiny comes from git", error["message"])
        self.assertIn("install uv", error["message"])

    def write_lock(self, digest: str, source: str = 'path = "tiny-1.0-py3-none-any.whl"') -> Path:
        """Of a project that needs `tiny` by an extra of itself on every machine, and something else on none."""
        lock = self.root / "uv.lock"
        lock.write_text(
            f"""version = 1
[[package]]
name = "project"
version = "0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "absent", marker = "sys_platform == 'no-such-platform'" }},
    {{ name = "middle", extra = ["more"] }},
]
[[package]]
name = "middle"
version = "1.0"
source = {{ path = "middle-1.0-py3-none-any.whl" }}
wheels = [{{ filename = "middle-1.0-py3-none-any.whl", hash = "sha256:{hashlib.sha256(write_wheel(self.root, "middle").read_bytes()).hexdigest()}" }}]
[package.optional-dependencies]
more = [{{ name = "tiny", version = "1.0" }}]
[[package]]
name = "tiny"
version = "0.9"
source = {{ registry = "https://example.org/simple" }}
[[package]]
name = "tiny"
version = "1.0"
source = {{ {source} }}
wheels = [{{ filename = "tiny-1.0-py3-none-any.whl", hash = "sha256:{digest}" }}]
""",
            encoding="utf-8",
        )
        return lock

    def test_a_missing_interpreter_can_never_start(self) -> None:
        requirements = self.root / "requirements.txt"
        requirements.write_text("", encoding="utf-8")
        config = self.build("requirements", requirements, python="python-of-nowhere")["result"]["config"]
        self.assertEqual(config["code"], "TASK_CONFIG")
        self.assertIn("python-of-nowhere", config["message"])


if __name__ == "__main__":
    unittest.main()
