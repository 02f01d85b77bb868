import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Duplex } from "node:stream";

/** A place in the code of another process, counted from 0. */
export interface CodePlace {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Where a Node process is that does not come back, as a debugger would find out: SIGUSR1 opens its inspector (on a
 * loopback port of its choice, if it was started with `--inspect-port=0`), also in the middle of a loop, and `pause`
 * answers with the stack. Undefined if it does not answer in time; the process is not ended.
 */
export async function whereItLoops(
  child: ChildProcess,
  stderr: () => string,
  limitMs: number,
): Promise<CodePlace | undefined> {
  child.kill("SIGUSR1");
  const end = Date.now() + limitMs;
  let address: RegExpExecArray | null = null;
  while ((address = /ws:\/\/127\.0\.0\.1:(\d+)(\/\S+)/.exec(stderr())) === null) {
    if (Date.now() > end) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return pause({ port: Number(address[1]), path: address[2]! }, end - Date.now());
}

function pause(inspector: { port: number; path: string }, limitMs: number): Promise<CodePlace | undefined> {
  return new Promise((resolve) => {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    };
    const upgrade = request({ host: "127.0.0.1", ...inspector, headers });
    const finish = (place: CodePlace | undefined): void => {
      clearTimeout(timer);
      upgrade.destroy();
      resolve(place);
    };
    const timer = setTimeout(() => finish(undefined), limitMs);
    upgrade.on("error", () => finish(undefined));
    upgrade.on("upgrade", (_response, socket, head) => {
      socket.on("error", () => finish(undefined));
      const urls = new Map<string, string>();
      readMessages(socket, head, (message) => {
        if (message.method === "Debugger.scriptParsed") urls.set(message.params.scriptId, message.params.url);
        if (message.method !== "Debugger.paused") return;
        const places = message.params.callFrames.map(({ location }) => ({
          url: urls.get(location.scriptId) ?? "",
          line: location.lineNumber,
          column: location.columnNumber,
        }));
        finish(places.find(({ url }) => url.startsWith("file:")));
      });
      send(socket, { id: 1, method: "Debugger.enable" });
      send(socket, { id: 2, method: "Debugger.pause" });
    });
    upgrade.end();
  });
}

/** Of the inspector's messages, the two that matter here. */
type InspectorMessage =
  | { readonly method: "Debugger.scriptParsed"; readonly params: { readonly scriptId: string; readonly url: string } }
  | {
      readonly method: "Debugger.paused";
      readonly params: {
        readonly callFrames: readonly {
          readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number };
        }[];
      };
    }
  | { readonly method?: never };

/** One short text frame (RFC 6455, section 5.2), masked as a client must; the mask is all zero, which masks nothing. */
function send(socket: Duplex, message: object): void {
  const text = Buffer.from(JSON.stringify(message));
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
}

/** Takes unfragmented text frames out of the stream, as the inspector sends them. */
function readMessages(socket: Duplex, head: Buffer, onMessage: (message: InspectorMessage) => void): void {
  let buffer = head;
  const take = (): void => {
    for (;;) {
      if (buffer.length < 2) return;
      const short = buffer[1]! & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (buffer.length < start) return;
      const length = short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
      if (buffer.length < start + length) return;
      if ((buffer[0]! & 0x0f) === 1)
        onMessage(JSON.parse(buffer.toString("utf8", start, start + length)) as InspectorMessage);
      buffer = buffer.subarray(start + length);
    }
  };
  socket.on("data", (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    take();
  });
  take();
}
