import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { hashBytes } from "../../artifacts/hashing.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { bootstrapCommand } from "./bootstrap.ts";
import { tarOf } from "./tar.ts";

const [program, ...args] = bootstrapCommand;

it("becomes the runner once that has come whole and as it should be, and says why it waits", async () => {
  const main = Buffer.from("import os, sys\ndef main(): print(sys.argv[1:], os.path.dirname(__file__))");
  const files = [
    { path: "flotilla_runner/__init__.py", content: Buffer.alloc(0) },
    { path: "flotilla_runner/__main__.py", content: main },
  ];
  const runner = await buffer(
    tarOf(files.map(({ path, content }) => ({ path, bytes: content.length, read: async () => content }))),
  );
  const altered = Buffer.from(runner);
  altered[600]! ^= 1;
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    const body = asked.length === 2 ? altered : runner;
    response.writeHead(200, { etag: `"${hashBytes(runner)}"`, "content-length": body.length });
    if (asked.length > 1) response.end(body);
    else response.write(body.subarray(0, 100), () => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cwd = temporaryFolder();
  // A proxy that the image names is not for us.
  const env = { ...process.env, http_proxy: "http://127.0.0.1:1", FLOTILLA_TASK_API: address, FLOTILLA_TOKEN: "token" };
  const child = spawn(program!, args, { cwd, env });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(asked).toEqual(Array(3).fill("/v1/runner Bearer token"));
  expect(out).toMatch(
    new RegExp(`^\\['remote', '${cwd}/flotilla-\\w+'\\] ${cwd}/flotilla-\\w+/runner/flotilla_runner\n$`),
  );
  expect(errors.split("\n")).toEqual([
    expect.stringMatching(new RegExp(`^flotilla: waiting for ${address}: .*IncompleteRead`)),
    `flotilla: waiting for ${address}: the runner came with another content`,
    "",
  ]);
});

it("ends when it is asked to while it waits", async () => {
  const env = { ...process.env, FLOTILLA_TASK_API: "http://127.0.0.1:1", FLOTILLA_TOKEN: "token" };
  const child = spawn(program!, args, { cwd: temporaryFolder(), env });
  await once(child.stderr, "data");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([143, null]);
});
