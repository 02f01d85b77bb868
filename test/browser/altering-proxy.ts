import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface AlteringProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Stands in front of a server and changes one of its JSON answers, as a server of another version would give it. */
export async function startAlteringProxy(
  url: string,
  path: string,
  alter: (answer: Record<string, unknown>) => Record<string, unknown>,
): Promise<AlteringProxy> {
  const { host } = new URL(url);
  const server = createServer((incoming, outgoing) => {
    // Under its own name the server would know neither the host nor the origin; plain, so that the answer can be changed.
    const { origin: _, ...headers } = incoming.headers;
    const asked = request(
      url + incoming.url!,
      { method: incoming.method!, headers: { ...headers, host, "accept-encoding": "identity" } },
      (answer) => {
        if (incoming.url !== path) {
          outgoing.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(outgoing);
          return;
        }
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => {
          const { "content-length": _length, ...rest } = answer.headers;
          outgoing.writeHead(answer.statusCode!, rest);
          outgoing.end(JSON.stringify(alter(JSON.parse(text) as Record<string, unknown>)));
        });
      },
    );
    asked.on("error", () => outgoing.destroy());
    outgoing.on("close", () => asked.destroy());
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
