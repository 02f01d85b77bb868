import { createServer, request } from "node:http";
import { join } from "node:path";
import { temporaryFolder } from "../../src/artifacts/temporary-folder.ts";

export interface ForgetfulProxy {
  /** `unix:///…` */
  readonly host: string;
  readonly lost: () => number;
  readonly close: () => Promise<void>;
}

/**
 * Hands everything on to a server at `unix:///…`, and loses the first request whose address has this in it: on its way, or
 * merely its answer.
 */
export async function forgetfulProxy(
  to: string,
  address: string,
  what: "request" | "answer" = "answer",
): Promise<ForgetfulProxy> {
  const socket = join(temporaryFolder(), "proxy.sock");
  let count = 0;
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    if (what === "request" && count === 0 && url!.includes(address)) {
      count++;
      asked.socket.destroy();
      return;
    }
    const onwards = request({ socketPath: to.replace("unix://", ""), method, path: url, headers }, (answered) => {
      if (count === 0 && url!.includes(address)) {
        count++;
        answered.resume();
        asked.socket.destroy();
        return;
      }
      answer.writeHead(answered.statusCode!, answered.headers);
      answered.pipe(answer);
    });
    onwards.on("error", () => asked.socket.destroy());
    answer.on("close", () => onwards.destroy());
    asked.pipe(onwards);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    lost: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
