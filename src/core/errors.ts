/**
 * Every code an error of ours can carry, with what it means. A code is stable: scripts and the dashboard match on it,
 * nobody matches on messages. The reference page is made from this table.
 */
export const errorCodes = {
  // Wrong use: the person at the keyboard can mend it. Exit code 2.
  USAGE: "the command line is wrong",
  PIPELINE_NOT_FOUND: "the pipeline file does not exist",
  PIPELINE_SYNTAX: "the pipeline file or the configuration, or a file that it imports, does not compile",
  PIPELINE_THREW: "the pipeline file or the configuration threw while it was evaluated",
  PIPELINE_TIMEOUT: "the pipeline file or the configuration did not finish in time",
  PIPELINE_EXITED: "the pipeline file or the configuration ended its own process",
  PIPELINE_NO_EXPORT: "the pipeline file has no default export made by pipeline()",
  PIPELINE_INVALID: "the pipeline is declared wrongly: its name, a limit, a selection",
  CONFIG_INVALID: "flotilla.config.ts has no default export made by config(), or binds a platform wrongly",
  PROFILE_UNKNOWN: "a profile that there is not",
  PLATFORM_UNAVAILABLE: "the profile binds a name to a kind of platform that this installation does not have",
  PARAM_UNKNOWN: "a parameter that the pipeline does not have",
  PARAM_INVALID: "a parameter of the wrong type or value",
  SCENARIOS_EMPTY: "the scenario set has no rows, or none is left by the selection",
  SCENARIOS_INVALID: "the scenario set is malformed: a missing column, a broken line, a value of a wrong type",
  SCENARIOS_DUPLICATE: "two rows of the scenario set have the same key",
  SELECTION_UNKNOWN: "a selection that the pipeline does not have",
  DIMENSION_UNKNOWN: "a dimension that the scenario set does not have",
  KEY_INVALID: "a task reference or a filter that cannot be read, or names no task",
  STEP_INVALID: "a step is declared wrongly: its name, a resource, a policy",
  STEP_DUPLICATE: "two steps have the same name",
  STEP_CYCLE: "steps wait for each other in a circle",
  WIRING_INVALID: "an input reads an output that nobody writes, or in a form that does not fit",
  RUN_NOT_FOUND: "no run of that id in this store",
  TASK_NOT_FOUND: "no task of that key in the run",
  RUN_STATE: "the run is not in a state that allows this",
  CONFLICT: "the same idempotency key was used for another request",
  CODE_TOO_LARGE: "the project's files are too many or too large to be kept with a run",
  RESOURCES_IMPOSSIBLE: "a task asks for more than its platform has in all",
  // The surroundings: machine, store, disk. Exit code 3.
  STORE_UNREACHABLE: "the PostgreSQL server does not answer",
  STORE_NEWER: "the store was made by a newer version of Flotilla",
  STORE_START: "the embedded PostgreSQL server could not be started",
  PROJECT_NOT_WRITABLE: "the project's .flotilla folder cannot be written",
  DISK_FULL: "no space is left on the device",
  BLOB_MISSING: "an artifact that is referred to is not in the artifact store",
  BLOB_DAMAGED: "an artifact's content is not what its digest says",
  TASK_API_ADDRESS: "tasks in a cluster could not reach the engine: it has no address for them",
  CLUSTER_ACCESS: "the way to a Kubernetes cluster: a kubeconfig, credentials or a certificate that cannot be used",
  CLUSTER_UNREACHABLE: "the API server of a Kubernetes cluster does not answer",
  CLUSTER_REFUSED: "the API server of a Kubernetes cluster refused a request",
  DOCKER_UNREACHABLE: "a Docker engine does not answer",
  DOCKER_REFUSED: "a Docker engine refused a request",
  // What a task did; these end an attempt, never the engine.
  TASK_CONFIG: "the task can never start as it is described: interpreter, module or function missing",
  TASK_FAILED: "the task's own code failed",
  OUTPUT_MISSING: "a declared output was not written",
  OUTPUT_INVALID: "an output of a wrong type, not declared, too large, or outside its folder",
  INPUT_CHANGED: "the task wrote into one of its inputs",
  ENVIRONMENT_FAILED: "the environment of a step could not be built",
  IMAGE_FAILED: "the image of a step could not be built",
  // Of requests to a server.
  REQUEST_MALFORMED: "a request that is not well-formed: its address, a header, the JSON of its body",
  REQUEST_INVALID: "a field of a request is missing, unknown, or of the wrong type or value",
  REQUEST_TOO_LARGE: "a request whose address, headers or body are too large, or that came too slowly",
  CONTENT_TYPE: "a request whose body is not of the type that the server reads",
  HOST_REFUSED: "a request for a host that the server does not answer for",
  ORIGIN_REFUSED: "a request that another site's page made",
  TOKEN_NEEDED: "a token is needed here: none was given, or it is not (or no longer) valid",
  FORBIDDEN: "the token does not allow this",
  ROUTE_UNKNOWN: "the server has nothing at this address",
  METHOD_UNKNOWN: "the address takes other methods",
  RANGE_INVALID: "a range of bytes that the content does not have",
  SERVER_BUSY: "the server has as many listeners as it takes",
  SERVER_UNREACHABLE: "the server does not answer, or not as one of ours does",
  ADDRESS_TAKEN: "the address to listen on is taken, or not this machine's",
  // A fault of ours.
  INTERNAL: "a fault in Flotilla itself",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Where a person should look: a file and line, a step, a key, a parameter; whatever is known. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly step?: string;
  readonly key?: string;
  readonly name?: string;
}

/**
 * The only error that Flotilla throws on purpose. `message` says what happened, `mend` what to do about it,
 * `place` where. Anything else that is thrown is a fault of ours and is shown as `INTERNAL`.
 */
export class FlotillaError extends Error {
  override readonly name = "FlotillaError";
  readonly code: ErrorCode;
  readonly mend: string | undefined;
  readonly place: Place;

  constructor(code: ErrorCode, message: string, options: { mend?: string; place?: Place; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.mend = options.mend;
    this.place = options.place ?? {};
  }

  toJSON(): { code: ErrorCode; message: string; mend?: string; place?: Place } {
    return {
      code: this.code,
      message: this.message,
      ...(this.mend === undefined ? {} : { mend: this.mend }),
      ...(Object.keys(this.place).length === 0 ? {} : { place: this.place }),
    };
  }
}

/** Whatever was thrown, as our error: ours unchanged, anything else as `INTERNAL` with its cause kept. */
export function toFlotillaError(thrown: unknown): FlotillaError {
  if (thrown instanceof FlotillaError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FlotillaError("INTERNAL", message, {
    cause: thrown,
    mend: "this is a fault in Flotilla; please report it with the stack",
  });
}

/** Closes a switch over a union: a new member becomes a type error here instead of a silent fall-through. */
export function assertNever(value: never): never {
  throw new FlotillaError("INTERNAL", `unexpected ${JSON.stringify(value)}`);
}
