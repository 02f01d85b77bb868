import { appendFileSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** One line of a task's own account of itself, written outside of Flotilla: what the engine is checked against. */
export interface LedgerLine {
  readonly task: string;
  readonly attempt: number;
  readonly event: string;
  readonly pid: number;
  readonly at: number;
}

/** In the project's folder; for tasks that do not see that, at an address. */
export interface LedgerPlace {
  readonly directory: string;
  readonly ledgerAddress: string | undefined;
}

export function readLedger({ directory }: Pick<LedgerPlace, "directory">): LedgerLine[] {
  const lines = readFileSync(join(directory, "ledger.jsonl"), { encoding: "utf8", flag: "a+" }).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as LedgerLine);
}

/** The head of a Python module whose functions write the ledger with `note("start")` and `note("end")`. */
export function ledgerPython({ directory, ledgerAddress }: LedgerPlace): string {
  return `
import json, os, time, urllib.request

def note(event):
    number = int(os.environ["FLOTILLA_ATTEMPT"])
    line = json.dumps({"task": os.environ["FLOTILLA_TASK"], "attempt": number, "event": event, "pid": os.getpid(), "at": time.time()})
    keep((line + "\\n").encode())

${ledgerAddress === undefined ? inFile(join(directory, "ledger.jsonl")) : atAddress(ledgerAddress)}`;
}

function inFile(path: string): string {
  return `def keep(line):
    fd = os.open(${JSON.stringify(path)}, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)
    os.write(fd, line)
    os.fsync(fd)
    os.close(fd)
`;
}

function atAddress(address: string): string {
  return `def keep(line):
    with urllib.request.urlopen(${JSON.stringify(address)}, data=line, timeout=60) as answer:
        answer.read()
`;
}

/** Keeps the ledgers of tasks that do not see this disk: what is posted to `/<folder of the project>` is a line of its. */
export class LedgerServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(host: string): Promise<LedgerServer> {
    const server = createServer((request, response) => {
      void text(request).then((line) => {
        appendFileSync(join(decodeURIComponent(request.url!.slice(1)), "ledger.jsonl"), line);
        response.end();
      });
    });
    server.listen(0, host);
    await once(server, "listening");
    return new LedgerServer(server);
  }

  addressFor(directory: string): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}/${encodeURIComponent(directory)}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
