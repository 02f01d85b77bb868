import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "./docker.ts";
import { askDocker } from "./docker-api.ts";

describe.skipIf(noDocker !== undefined)(`a real Docker engine${noDocker === undefined ? "" : ` (${noDocker})`}`, () => {
  let docker: RunningDocker;

  beforeAll(async () => {
    docker = await startDocker();
  });
  afterAll(() => docker.stop());

  /** Runs a container of the image to its end, and removes it. */
  async function runToEnd(options: object): Promise<{ code: number; output: string; outOfMemory: boolean }> {
    const { Id: id } = (
      await askDocker(docker.host, "POST", "/containers/create", { body: { Image: docker.image, ...options } })
    ).json<{ Id: string }>();
    try {
      const ended = askDocker(docker.host, "POST", `/containers/${id}/wait?condition=next-exit`);
      expect((await askDocker(docker.host, "POST", `/containers/${id}/start`)).status).toBe(204);
      const code = (await ended).json<{ StatusCode: number }>().StatusCode;
      const seen = await askDocker(docker.host, "GET", `/containers/${id}/json`);
      const logs = await askDocker(docker.host, "GET", `/containers/${id}/logs?stdout=1`);
      return {
        code,
        output: logs.body.subarray(8).toString(),
        outOfMemory: seen.json<{ State: { OOMKilled: boolean } }>().State.OOMKilled,
      };
    } finally {
      await askDocker(docker.host, "DELETE", `/containers/${id}?force=1&v=1`);
    }
  }

  it("runs Python in a container without Flotilla and Node", async () => {
    const script = "import shutil, sys; print(shutil.which('node'), shutil.which('sh')); sys.exit(7)";
    expect(await runToEnd({ Cmd: ["python3", "-c", script] })).toEqual({
      code: 7,
      output: "None /usr/bin/sh\n",
      outOfMemory: false,
    });
  });

  it("limits the memory of a container", async () => {
    const ended = await runToEnd({
      Cmd: ["python3", "-c", "bytes(bytearray(b'x') * (256 << 20))"],
      HostConfig: { Memory: 64 << 20, MemorySwap: 64 << 20 },
    });
    expect(ended).toEqual({ code: 137, output: "", outOfMemory: true });
  });
});
