import { describe, expect, it } from "vitest";
import { BuildTrouble } from "./build-trouble.ts";
import { type EngineMessage, logTextOf, readMessages } from "./engine-messages.ts";

async function readAll(pieces: readonly string[]): Promise<EngineMessage[]> {
  const bytes = (async function* () {
    for (const piece of pieces) yield Buffer.from(piece, "latin1");
  })();
  const messages: EngineMessage[] = [];
  for await (const message of readMessages(bytes)) messages.push(message);
  return messages;
}
const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

describe("what an engine tells", () => {
  it("is one message a line, wherever its pieces are cut", async () => {
    const text = latin1('{"stream":"Step 1/2 : FROM é\\n"}\r\n\r\n{"aux":{"Digest":"sha256:ab"}}\r\n{"error":"no"}');
    const told = [{ stream: "Step 1/2 : FROM é\n" }, { aux: { Digest: "sha256:ab" } }, { error: "no" }];
    expect(await readAll([text])).toEqual(told);
    expect(await readAll(Array.from(text))).toEqual(told);
  });

  it("is left out where it is none: no JSON, no object, or cut off", async () => {
    expect(await readAll(["busy\n", "3\n", "null\n", '{"status":"x"}\n', '{"status":'])).toEqual([{ status: "x" }]);
  });

  it.each<[EngineMessage, string]>([
    [{ stream: "Collecting six\n" }, "Collecting six\n"],
    [{ status: "Pushed", id: "ab12", progressDetail: {} }, "ab12: Pushed\n"],
    [{ status: "The push refers to repository [a/b]" }, "The push refers to repository [a/b]\n"],
    [{ status: "Pushing", id: "ab12", progressDetail: { current: 512 } }, ""],
    [{ aux: { ID: "sha256:ab" } }, ""],
    [{ error: "no" }, ""],
  ])("%j is %j in a log", (message, text) => expect(logTextOf(message)).toBe(text));
});

describe("a build that fails", () => {
  const after = (said: readonly string[], error: string) => {
    const trouble = new BuildTrouble("team/base:1");
    for (const one of said) trouble.hear(one);
    return trouble.of(error);
  };
  const first = "Step 1/6 : FROM team/base:1\n";
  const second = "Step 2/6 : WORKDIR /app\n";
  const pip = "The command 'python3 -m pip install' returned a non-zero code: 1";

  it.each<[string, readonly string[], string, string, RegExp]>([
    [
      "a base that is not there",
      [first],
      "manifest for team/base:1 not found: manifest unknown",
      "TASK_CONFIG",
      /^the image team\/base:1, which it begins with, cannot be pulled/,
    ],
    [
      "a base that is not for us",
      [],
      "pull access denied for team/base, repository does not exist or may require 'docker login'",
      "TASK_CONFIG",
      /denied/,
    ],
    [
      "a base for other machines",
      [first],
      "no matching manifest for linux/amd64 in the manifest list entries",
      "TASK_CONFIG",
      /linux\/amd64/,
    ],
    [
      "a registry that is away",
      [first],
      'Get "http://127.0.0.1:9/v2/": dial tcp: connect: connection refused',
      "DOCKER_REFUSED",
      /connection refused/,
    ],
    [
      "a command",
      [first, second, "ERROR: No matching distribution found for sixx\n"],
      pip,
      "IMAGE_FAILED",
      /returned a non-zero code: 1\n[^]*No matching distribution found for sixx$/,
    ],
    [
      "no pip",
      [first, second, "/usr/bin/python3: No module named pip\n"],
      pip,
      "TASK_CONFIG",
      /^the image team\/base:1 has no pip/,
    ],
    [
      "no Python",
      [first, second],
      'OCI runtime create failed: exec: "python3": executable file not found in $PATH',
      "TASK_CONFIG",
      /has no python3/,
    ],
    [
      "programs for other machines",
      [first, second, "exec /usr/bin/python3: exec format error\n"],
      pip,
      "TASK_CONFIG",
      /made for another kind of processor/,
    ],
    [
      "a full disk",
      [first, second],
      "write /x: no space left on device",
      "DISK_FULL",
      /disk of the Docker engine is full/,
    ],
  ])("for %s says so", (_, said, error, code, message) => {
    expect(after(said, error)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("tells the last lines that were printed, and no more", () => {
    const said = Array.from({ length: 5000 }, (_, line) => `line ${line}\n`);
    const { message } = after([first, second, ...said], pip);
    expect(message.split("\n")).toHaveLength(13);
    expect(message).toMatch(/line 4999$/);
  });
});
