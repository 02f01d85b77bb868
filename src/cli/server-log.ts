import type { FlotillaError } from "../core/errors.ts";
import type { Observation } from "../server/http/observe.ts";
import { describeError, tellWait } from "./describe-error.ts";
import type { Terminal } from "./terminal.ts";

/** What a server tells of itself while it runs: in words to a person, as lines of JSON to anything else. */
export interface ServerLog {
  request(observation: Observation): void;
  /** A fault of ours, with the id that its caller was told. */
  fault(id: string, error: FlotillaError): void;
  runFault(run: string, fault: unknown): void;
  wait(error: FlotillaError): void;
}

/** On standard error. `FLOTILLA_LOG` says from which level on (`debug` has every request). */
export async function openServerLog(terminal: Terminal): Promise<ServerLog> {
  return process.stderr.isTTY ? wordLog(terminal) : jsonLog();
}

function wordLog(terminal: Terminal): ServerLog {
  return {
    request: () => undefined,
    fault: (id, error) => terminal.note(`${id}: ${describeError(error, terminal, true)}`),
    runFault: (run, fault) => terminal.note(`${run}: ${fault instanceof Error ? fault.stack : String(fault)}`),
    wait: (error) => tellWait(error, terminal),
  };
}

async function jsonLog(): Promise<ServerLog> {
  const { pino } = await import("pino");
  const level = process.env["FLOTILLA_LOG"] ?? "info";
  const options = { level: level in pino.levels.values ? level : "info", base: { pid: process.pid } };
  const log = pino(options, pino.destination({ fd: 2, sync: true }));
  return {
    request({ operation, method, status, ms }) {
      const said = { operation, method, status, ms: Math.round(ms) };
      if (status >= 500) log.error(said, "request failed");
      else if (method !== "GET" && method !== "HEAD") log.info(said, "request");
      else log.debug(said, "request");
    },
    fault: (id, error) => log.error({ id, err: error.cause ?? error }, "fault"),
    runFault: (run, err) => log.error({ run, err }, "fault in a run"),
    wait: (error) => log.warn({ code: error.code, mend: error.mend }, error.message),
  };
}
