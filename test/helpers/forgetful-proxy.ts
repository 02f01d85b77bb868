import { createServer, request } from "node:http";
import { join } from "node:path";
import { temporaryFolder } from "../../src/artifacts/temporary-folder.ts";

export interface ForgetfulProxy {
  /** `unix:///…` */
  readonly host: string;
  readonly answersLost: () => number;
  readonly close: () => Promise<void>;
}

/** Hands everything on to a server at `unix:///…`, and loses its answer to the first request whose address has this in it. */
export async function forgetfulProxy(to: string, lost: string): Promise<ForgetfulProxy> {
  const socket = join(temporaryFolder(), "proxy.sock");
  let answersLost = 0;
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const onwards = request({ socketPath: to.replace("unix://", ""), method, path: url, headers }, (answered) => {
      if (answersLost === 0 && url!.includes(lost)) {
        answersLost++;
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
    answersLost: () => answersLost,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
