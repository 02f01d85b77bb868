import { spawnSync } from "node:child_process";
import { formatBytes } from "../../core/units.ts";
import { readMachine } from "../../platforms/local/machine.ts";
import { findBinaries } from "../../store/server-binaries.ts";
import { failed, type Finding, missing, ok, optional } from "./finding.ts";

/** Answers with what a program prints about itself; undefined if it cannot be run. Replaced in tests. */
export type Ask = (program: string, ...args: string[]) => string | undefined;

const ask: Ask = (program, ...args) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
};

/** The programs that Flotilla runs or runs in. */
export function checkPrograms(asked: Ask = ask): Finding[] {
  return [node(process.versions.node), ...python(asked), uv(asked), postgres(), git(asked)];
}

export function node(version: string): Finding {
  if (isAtLeast(version, 20, 19)) return ok("Node", version);
  return missing("Node", version, "install Node 20.19 or newer");
}

export function python(asked: Ask): Finding[] {
  const answer = asked("python3", "--version");
  const version = /Python (\d+\.\d+\S*)/.exec(answer ?? "")?.[1];
  if (version === undefined)
    return [
      missing("Python", "not found", "install Python 3.9 or newer as python3; every task runs under its supervision"),
    ];
  if (!isAtLeast(version, 3, 9)) return [missing("Python", version, "install Python 3.9 or newer as python3")];
  if (asked("python3", "-c", "import venv, ensurepip") !== undefined) return [ok("Python", version)];
  return [
    ok("Python", version),
    optional(
      "venv",
      "not found",
      "needed by steps with requirements of their own; on Debian and Ubuntu: apt install python3-venv",
    ),
  ];
}

function uv(asked: Ask): Finding {
  const answer = asked("uv", "--version");
  if (answer !== undefined) return ok("uv", answer.replace(/^uv /, ""));
  return optional(
    "uv",
    "not found",
    "environments are built by venv and pip instead; uv is much faster: pip install uv",
  );
}

function postgres(): Finding {
  try {
    const { bin, major } = findBinaries(undefined);
    return ok("PostgreSQL", `${major}, ${bin}`);
  } catch (thrown) {
    const { found, mend } = failed("PostgreSQL", thrown);
    return optional("PostgreSQL", found, mend ?? "give a server with --database");
  }
}

function git(asked: Ask): Finding {
  const answer = asked("git", "--version");
  if (answer !== undefined) return ok("git", answer.replace(/^git version /, ""));
  return optional("git", "not found", "only needed if your projects are kept in it");
}

/** What there is for tasks, and what limits it. */
export function checkMachine(): Finding[] {
  const { cpus, memoryBytes, cpusFrom, memoryFrom } = readMachine();
  return [
    ok("CPUs", `${cpus}, by the ${cpusFrom}`),
    memoryBytes < 2 ** 29
      ? optional(
          "memory",
          `${formatBytes(memoryBytes)}, by the ${memoryFrom}`,
          "tasks that ask for more than this are refused",
        )
      : ok("memory", `${formatBytes(memoryBytes)}, by the ${memoryFrom}`),
  ];
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a > major || (a === major && b >= minor);
}
