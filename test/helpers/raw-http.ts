import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends bytes as they are and reads one answer: no client stands between that would mend an address or add a header. Rejects
 * when the server hangs up without one.
 */
export function sendRaw(port: number, request: string | Buffer, { limitMs = 8_000 } = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${limitMs} ms: ${text}`)), limitMs);
    const finish = (): void => {
      clearTimeout(timer);
      const answer = parseAnswer(text);
      if (answer === undefined) reject(new Error(`no answer: ${text.slice(0, 200)}`));
      else resolve(answer);
    };
    socket.on("connect", () => socket.write(request));
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (isComplete(text, request)) socket.end();
    });
    socket.on("error", (error) => (text === "" ? reject(error) : finish()));
    socket.on("close", finish);
  });
}

/** The text of a request with these headers; `connection: close` makes the end of the answer the end of the connection. */
export function rawRequest(port: number, { method = "GET", target, headers = {}, body = "" }: RawRequest): string {
  const all = { host: `127.0.0.1:${port}`, connection: "close", ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const length = body === "" && method === "GET" ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  return [`${method} ${target} HTTP/1.1`, ...lines, ...length, "", body].join("\r\n");
}

export interface RawRequest {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

function isComplete(text: string, request: string | Buffer): boolean {
  const answer = parseAnswer(text);
  if (answer === undefined) return false;
  if (request.toString("latin1").startsWith("HEAD ")) return true;
  const length = answer.headers["content-length"];
  return length !== undefined && answer.body.length >= Number(length);
}

function parseAnswer(text: string): RawAnswer | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(":")).toLowerCase(),
    line.slice(line.indexOf(":") + 1).trim(),
  ]);
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: text.slice(end + 4),
  };
}
