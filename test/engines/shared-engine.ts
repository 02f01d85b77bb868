import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identityText, isAlive, ownIdentity, parseIdentity } from "../../src/store/process-identity.ts";
import { withFileLock } from "./file-lock.ts";
import { stateFolder } from "./places.ts";

/** Something real that tests run against, of which this machine has one at a time. */
export interface Engine {
  readonly name: string;
  isUp(): Promise<boolean>;
  /** Only called when it is not up; what an earlier one left behind may still be there. */
  start(): Promise<void>;
  /** Leaves nothing behind, also of one that was killed. */
  stop(): Promise<void>;
}

/** Keeps an engine until somebody stops it; otherwise it ends with its last user. */
export const kept = "kept";

/** The process that a run of tests begins with, set by global-setup.ts: all its test files are one user. */
const testRun = "FLOTILLA_TEST_RUN";

export function becomeTestRun(): void {
  process.env[testRun] ??= identityText(ownIdentity());
}

export function user(): string {
  return process.env[testRun] ?? identityText(ownIdentity());
}

/** Starts the engine, or joins those who use it already. */
export function use(engine: Engine, who = user()): Promise<void> {
  return withFileLock(lockOf(engine), async () => {
    forgetTheDead(engine);
    if (!(await engine.isUp())) {
      await engine.stop();
      await engine.start();
    }
    mkdirSync(usersOf(engine), { recursive: true });
    writeFileSync(join(usersOf(engine), who), "");
  });
}

/** The last user to leave ends the engine. */
export function leave(engine: Engine, who = user()): Promise<void> {
  return withFileLock(lockOf(engine), async () => {
    rmSync(join(usersOf(engine), who), { force: true });
    forgetTheDead(engine);
    if (users(engine).length === 0 && existsSync(usersOf(engine))) await end(engine);
  });
}

/** What a test file does at its end: the other files of its run may still need the engine, and the run leaves it when all are done. */
export async function letGo(engine: Engine): Promise<void> {
  if (process.env[testRun] === undefined) await leave(engine);
}

/** Ends the engine, whoever uses it. */
export function stop(engine: Engine): Promise<void> {
  return withFileLock(lockOf(engine), () => end(engine));
}

/** Somebody keeps it up: `npm run engines -- up` did. */
export function isKept(name: string): boolean {
  return existsSync(join(stateFolder, `${name}.users`, kept));
}

export function users(engine: Engine): string[] {
  return existsSync(usersOf(engine)) ? readdirSync(usersOf(engine)) : [];
}

async function end(engine: Engine): Promise<void> {
  await engine.stop();
  rmSync(usersOf(engine), { recursive: true, force: true });
}

function forgetTheDead(engine: Engine): void {
  for (const who of users(engine)) {
    const identity = parseIdentity(who);
    if (identity !== undefined && !isAlive(identity)) rmSync(join(usersOf(engine), who));
  }
}

function usersOf(engine: Engine): string {
  return join(stateFolder, `${engine.name}.users`);
}

function lockOf(engine: Engine): string {
  return join(stateFolder, `${engine.name}.lock`);
}
