import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { FlotillaError } from "../core/errors.ts";
import type { Options } from "./command.ts";
import { commands } from "./commands.ts";
import { makeProgram, usageError } from "./program.ts";

interface Parsed {
  readonly command: string;
  readonly args: readonly (string | undefined)[];
  readonly options: Options;
}

/** What a command line means, without carrying it out; wrong use is thrown as the error that is told. */
async function parse(...words: string[]): Promise<Parsed> {
  let parsed: Parsed | undefined;
  const program = makeProgram((spec, args, options) => {
    parsed = { command: spec.name, args, options };
    return Promise.resolve();
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (thrown) {
    throw thrown instanceof CommanderError ? (usageError(thrown) ?? thrown) : thrown;
  }
  if (parsed === undefined) throw new Error("no command was carried out");
  return parsed;
}

async function refusal(...words: string[]): Promise<{ code: string; message: string; mend: string | undefined }> {
  const error: unknown = await parse(...words).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FlotillaError)) throw new Error(`not refused: ${String(error)}`);
  return { code: error.code, message: error.message, mend: error.mend };
}

describe("a command line", () => {
  it("has its arguments and options, repeated ones as a list", async () => {
    const { command, args, options } = await parse(
      ...["run", "other.ts", "--select", "pr", "--where", "origin=JFK", "--where", "month=1..6", "--detach"],
    );
    expect(command).toBe("run");
    expect(args).toEqual(["other.ts"]);
    expect(options).toMatchObject({ select: "pr", where: ["origin=JFK", "month=1..6"], detach: true });
  });

  it("takes the options of every command before its name and after it", async () => {
    expect((await parse("--project", "x", "runs")).options).toMatchObject({ project: "x" });
    expect((await parse("runs", "--project", "x", "--json")).options).toMatchObject({ project: "x", json: true });
  });

  it("takes any number of runs to remove", async () => {
    expect((await parse("gc", "r1", "r2")).args).toEqual(["r1", "r2"]);
  });

  it("leaves out what is not given", async () => expect((await parse("status")).args).toEqual([undefined]));

  it.each(commands.map(({ name }) => name))("%s loads what carries it out", async (name) => {
    const spec = commands.find((one) => one.name === name)!;
    expect((await spec.load()).run).toBeTypeOf("function");
  });
});

describe("wrong use is refused", () => {
  it("with the command that was probably meant", async () => {
    expect(await refusal("restrat")).toEqual({
      code: "USAGE",
      message: "there is no command restrat",
      mend: 'see flotilla --help. Did you mean "restart"?',
    });
  });

  it("without suggesting hidden commands", async () => {
    expect((await refusal("engin")).mend).toBe("see flotilla --help.");
  });

  it("with the option that was probably meant", async () => {
    expect(await refusal("run", "--selct", "pr")).toMatchObject({ code: "USAGE", mend: "Did you mean --select?" });
  });

  it("with the values that there are", async () => {
    const { message } = await refusal("tasks", "--state", "faild");
    expect(message).toContain('Did you mean "failed"?');
    expect(message).toContain("blocked");
  });

  it.each([
    ["run", "--cpus", "0"],
    ["run", "--cpus", "many"],
    ["run", "--memory", "8 loaves"],
    ["run", "--grace", "soon"],
    ["run", "--concurrency", "1.5"],
    ["tasks", "--limit", "-1"],
    ["gc", "--older-than", "yesterday"],
    ["gc", "--keep", "some"],
    ["logs", "--tail", "x"],
  ])("before anything is done: %s %s %s", async (...words) => {
    expect(await refusal(...words)).toMatchObject({ code: "USAGE" });
  });

  it("when arguments are missing or too many", async () => {
    expect((await refusal("show")).message).toContain("'task'");
    expect((await refusal("cancel", "a", "b")).message).toContain("too many arguments");
    expect((await refusal("completion", "tcsh")).message).toContain("fish");
  });
});

it("keeps zero runs when asked to", async () => {
  expect((await parse("gc", "--keep", "0")).options).toMatchObject({ keep: "0" });
});
