import type { Json } from "../../core/json.ts";

/** `exit.json`, as far as it keeps to the protocol. What the task had a hand in (`result`) is believed in nothing. */
export interface ExitRecord {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly completed: boolean;
  readonly result?: ResultRecord;
  readonly peakMemoryBytes?: number;
  readonly cpuSeconds?: number;
  readonly outOfMemory?: { readonly seenBy: "cgroup" | "watch" | "host" | "runtime"; readonly limitBytes?: number };
  readonly endedByUs?: boolean;
  readonly neverStarted?: string;
  readonly config?: { readonly message: string };
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** `result.json`: the completion marker. */
export interface ResultRecord {
  readonly completed: boolean;
  readonly values: { readonly [name: string]: Json };
  readonly error?: {
    readonly type: string;
    readonly message: string;
    readonly stack?: string;
    readonly at?: string;
    readonly fatal?: boolean;
  };
  readonly config?: { readonly message: string };
  readonly diskFull?: boolean;
  readonly outOfMemory?: boolean;
}

/** The members of the right type; whatever else was written is left out. Undefined if it is no object at all. */
export function parseExit(value: unknown): ExitRecord | undefined {
  if (!isRecord(value)) return undefined;
  const result = parseResult(value["result"]);
  const outOfMemory = parseOutOfMemory(value["outOfMemory"]);
  const config = parseConfig(value["config"]);
  return {
    completed: value["completed"] === true,
    ...pick(value, "exitCode", "number"),
    ...pick(value, "signal", "string"),
    ...pick(value, "peakMemoryBytes", "number"),
    ...pick(value, "cpuSeconds", "number"),
    ...pick(value, "endedByUs", "boolean"),
    ...pick(value, "neverStarted", "string"),
    ...pick(value, "startedAt", "number"),
    ...pick(value, "endedAt", "number"),
    ...(outOfMemory ? { outOfMemory } : {}),
    ...(config ? { config } : {}),
    ...(result ? { result } : {}),
  };
}

export function parseResult(value: unknown): ResultRecord | undefined {
  if (!isRecord(value)) return undefined;
  const config = parseConfig(value["config"]);
  const error = parseError(value["error"]);
  return {
    completed: value["completed"] === true,
    // The text came through JSON.parse, so what is in it is JSON.
    values: isRecord(value["values"]) ? (value["values"] as { [name: string]: Json }) : {},
    ...(error ? { error } : {}),
    ...(config ? { config } : {}),
    ...pick(value, "diskFull", "boolean"),
    ...pick(value, "outOfMemory", "boolean"),
  };
}

function parseError(value: unknown): ResultRecord["error"] {
  if (!isRecord(value)) return undefined;
  return {
    type: bounded(value["type"], 256) ?? "Error",
    message: bounded(value["message"], 16_384) ?? "",
    ...boundedMember("stack", value["stack"], 65_536),
    ...boundedMember("at", value["at"], 1024),
    ...pick(value, "fatal", "boolean"),
  };
}

function parseConfig(value: unknown): { message: string } | undefined {
  return isRecord(value)
    ? { message: bounded(value["message"], 16_384) ?? "the task can never start as it is described" }
    : undefined;
}

function parseOutOfMemory(value: unknown): ExitRecord["outOfMemory"] {
  if (!isRecord(value)) return undefined;
  const seenBy = (["cgroup", "watch", "host", "runtime"] as const).find((way) => way === value["seenBy"]);
  return { seenBy: seenBy ?? "watch", ...pick(value, "limitBytes", "number") };
}

type TypeNames = { readonly number: number; readonly string: string; readonly boolean: boolean };

/** `{ [name]: value }` if the value is of that type, else nothing. */
function pick<Name extends string, Type extends keyof TypeNames>(
  record: Record<string, unknown>,
  name: Name,
  type: Type,
): { [name in Name]?: TypeNames[Type] } {
  return (typeof record[name] === type ? { [name]: record[name] } : {}) as { [name in Name]?: TypeNames[Type] };
}

function boundedMember<Name extends string>(name: Name, value: unknown, length: number): { [name in Name]?: string } {
  const text = bounded(value, length);
  return (text === undefined ? {} : { [name]: text }) as { [name in Name]?: string };
}

/** The text, cut in the middle where it is longer: of a stack both ends tell the most. */
function bounded(value: unknown, length: number): string | undefined {
  if (typeof value !== "string") return undefined;
  if (value.length <= length) return storable(value);
  const half = Math.floor(length / 2);
  return storable(`${value.slice(0, half)}\n…\n${value.slice(-half)}`);
}

/** PostgreSQL takes neither halves of surrogate pairs nor NUL in text. */
function storable(text: string): string {
  return Buffer.from(text).toString().replaceAll("\0", "\ufffd");
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
