import { spawnSync } from "node:child_process";
import { accessSync, constants, statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import { FlotillaError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { readMachine } from "../../platforms/local/machine.ts";
import { openStore } from "../../store/open-store.ts";
import type { CommandRun, Invocation } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { safeText } from "../format/safe-text.ts";

interface Finding {
  readonly what: string;
  readonly state: "ok" | "missing" | "optional";
  readonly found: string;
  readonly mend?: string;
}

export const run: CommandRun = async (invocation) => {
  const { terminal } = invocation;
  const findings = [
    node(),
    python(),
    ...machine(),
    uv(),
    git(),
    disk(invocation),
    writable(invocation),
    await store(invocation),
  ];
  const healthy = findings.every(({ state }) => state !== "missing");
  if (terminal.json) terminal.print(JSON.stringify({ healthy, findings }));
  else {
    const { paint } = terminal;
    const marks = { ok: paint.green("✓"), missing: paint.red("✗"), optional: paint.yellow("–") };
    for (const { what, state, found, mend } of findings) {
      terminal.print(`${marks[state]} ${what.padEnd(12)} ${safeText(found)}`);
      if (mend !== undefined) terminal.print(`  ${" ".repeat(12)} ${paint.dim(mend)}`);
    }
  }
  return healthy ? exitCodes.done.code : exitCodes.surroundings.code;
};

function node(): Finding {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const recent = major! > 20 || (major === 20 && minor! >= 19);
  return {
    what: "Node",
    state: recent ? "ok" : "missing",
    found: process.versions.node,
    ...(recent ? {} : { mend: "install Node 20.19 or newer" }),
  };
}

function python(): Finding {
  const answer = versionOf("python3", "--version");
  const [, major, minor] = /Python (\d+)\.(\d+)/.exec(answer ?? "") ?? [];
  if (answer === undefined)
    return {
      what: "Python",
      state: "missing",
      found: "not found",
      mend: "install Python 3.9 or newer; tasks run under its supervision",
    };
  const recent = Number(major) === 3 && Number(minor) >= 9;
  return {
    what: "Python",
    state: recent ? "ok" : "missing",
    found: answer,
    ...(recent ? {} : { mend: "install Python 3.9 or newer" }),
  };
}

function machine(): Finding[] {
  const { cpus, memoryBytes, cpusFrom, memoryFrom } = readMachine();
  return [
    { what: "CPUs", state: "ok", found: `${cpus} (${cpusFrom})` },
    { what: "memory", state: "ok", found: `${formatBytes(memoryBytes)} (${memoryFrom})` },
  ];
}

function uv(): Finding {
  const answer = versionOf("uv", "--version");
  if (answer !== undefined) return { what: "uv", state: "ok", found: answer };
  return {
    what: "uv",
    state: "optional",
    found: "not found",
    mend: "environments are built by venv and pip instead; uv is much faster: pip install uv",
  };
}

function git(): Finding {
  const answer = versionOf("git", "--version");
  if (answer !== undefined) return { what: "git", state: "ok", found: answer };
  return {
    what: "git",
    state: "optional",
    found: "not found",
    mend: "without it, all files of a project belong to its code, not only those that git would keep",
  };
}

function disk({ project }: Invocation): Finding {
  const { bavail, bsize } = statfsSync(resolve(project ?? "."));
  const free = bavail * bsize;
  const enough = free > 2 ** 30;
  return {
    what: "disk",
    state: enough ? "ok" : "missing",
    found: `${formatBytes(free)} free`,
    ...(enough ? {} : { mend: "make room: flotilla gc --keep 5" }),
  };
}

function writable({ project }: Invocation): Finding {
  const folder = resolve(project ?? ".");
  try {
    accessSync(folder, constants.W_OK);
    return { what: "project", state: "ok", found: `${folder} can be written` };
  } catch {
    return {
      what: "project",
      state: "missing",
      found: `${folder} cannot be written`,
      mend: "make it writable, or name another with --project",
    };
  }
}

async function store({ project, database }: Invocation): Promise<Finding> {
  try {
    const directory = join(resolve(project ?? "."), ".flotilla");
    const opened = await openStore({ directory, ...(database === undefined ? {} : { databaseUrl: database }) });
    const runs = await opened.listRuns({ limit: 1 });
    await opened.close();
    return {
      what: "store",
      state: "ok",
      found: `${database === undefined ? "embedded PostgreSQL" : "PostgreSQL server"} answers${runs.length === 0 ? ", no run yet" : ""}`,
    };
  } catch (thrown) {
    const mend = thrown instanceof FlotillaError ? thrown.mend : undefined;
    return {
      what: "store",
      state: "missing",
      found: thrown instanceof Error ? thrown.message : String(thrown),
      ...(mend === undefined ? {} : { mend }),
    };
  }
}

function versionOf(program: string, ...args: string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}
