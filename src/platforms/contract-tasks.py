"""What the tasks of the platform contract do; a suite copies it into its code snapshot as contract_tasks.py."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def echo(origin, month, late_minutes):
    return {"seen": {"origin": origin, "month": month, "late_minutes": late_minutes}}


def copy(data: Path, rows, model: Path, plots: Path):
    model.write_text(data.read_text() * 2)
    for row in rows:
        (plots / f"{row['origin']}.txt").write_text(Path(row["rows"]).read_text())


def fail():
    raise ValueError("no good")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def needs(something_that_nobody_gives):
    pass


def misbehave(kind, model: Path):
    if kind == "extra":
        model.write_text("x")
        (model.parent / "extra.bin").write_text("x")
    if kind == "link":
        model.symlink_to("/etc/passwd")
    if kind == "folder":
        model.mkdir()


def sleep():
    time.sleep(60)


def sleep_with_children():
    """A child, and a grandchild in a session of its own that nobody waits for."""
    child = subprocess.Popen(["sleep", "60"])
    script = "import os, sys\nif os.fork(): os._exit(0)\nos.setsid()\nprint(os.getpid(), flush=True)\nsys.stdout.close()\nos.close(1)\nos.execvp('sleep', ['sleep', '60'])"
    daemon = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True).stdout.strip()
    print("pids", os.getpid(), child.pid, daemon, flush=True)
    time.sleep(60)


def ignore_term():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    while True:
        time.sleep(1)


def wait_for_file(model: Path):
    go = Path.cwd() / "go"
    print("waiting for", go, flush=True)
    print("to stderr", file=sys.stderr, flush=True)
    while not go.exists():
        time.sleep(0.01)
    model.write_text("model")
    print("done", flush=True)


def spoil(data: Path):
    """Makes the file writable first, as a user other than root must."""
    data.chmod(0o644)
    with data.open("a") as file:
        file.write("!")


def progress():
    """As the helpers do: lines in a file beside the work folder."""
    with (Path.cwd().parent / "progress.jsonl").open("a") as file:
        file.write('{"at":1,"fraction":0.4,"message":"epoch 4"}\n')
    time.sleep(60)


def nothing():
    pass


def threads():
    return {"threads": os.environ["OMP_NUM_THREADS"]}


def prefix():
    return {"prefix": sys.prefix}
