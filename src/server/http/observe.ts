import type { IncomingMessage, ServerResponse } from "node:http";
import type { OperationName } from "../../api/routes.ts";

/** What became of a request; `operation` is undefined for files, and for what was refused at once. */
export interface Observation {
  readonly operation: OperationName | undefined;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

const operations = new WeakMap<IncomingMessage, OperationName>();

/** Remembers which operation a request turned out to mean. */
export function noteOperation(incoming: IncomingMessage, operation: OperationName): void {
  operations.set(incoming, operation);
}

/** Tells of the request once its answer has been sent, or its caller has gone. */
export function observe(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  tell: (observation: Observation) => void,
): void {
  const started = performance.now();
  outgoing.once("close", () =>
    tell({
      operation: operations.get(incoming),
      method: incoming.method ?? "",
      status: outgoing.headersSent ? outgoing.statusCode : 499,
      ms: performance.now() - started,
    }),
  );
}
