import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { completionScripts } from "./completion-scripts.ts";
import { commands } from "./commands.ts";

/** What bash offers after these words; the last one is what is being typed. */
function offered(...words: string[]): string[] {
  const script = `${completionScripts.bash()}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _flotilla
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-u", "-c", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

describe("bash completes", () => {
  it("commands, but no hidden ones", () => {
    expect(offered("flotilla", "re")).toEqual(["resume", "restart"]);
    expect(offered("flotilla", "en")).toEqual([]);
  });

  it("options of the command", () => expect(offered("flotilla", "run", "--sel")).toEqual(["--select"]));

  it("values where there is a choice", () => {
    expect(offered("flotilla", "tasks", "--state", "s")).toEqual(["succeeded", "skipped"]);
    expect(offered("flotilla", "completion", "z")).toEqual(["zsh"]);
  });
});

it.each([
  ["zsh", (name: string) => `    '${name}:`],
  ["fish", (name: string) => `-n __fish_use_subcommand -f -a ${name} `],
] as const)("the script for %s offers every command but the hidden ones, and leaves no quote open", (shell, offer) => {
  const script = completionScripts[shell]();
  const offered = commands.filter(({ name }) => script.includes(offer(name)));
  expect(offered).toEqual(commands.filter(({ hidden }) => hidden !== true));
  expect(script.split("\n").filter((line) => (line.match(/'/g) ?? []).length % 2 === 1)).toEqual([]);
});
