import { parseArgs } from "node:util";
import { offeredEngines, type OfferedEngine } from "./offered-engines.ts";
import { findProgram } from "./command.ts";
import { installDebianPackages } from "./debian-packages.ts";
import { noContainers } from "./machine.ts";
import { kept, stop, use, users } from "./shared-engine.ts";

const usage = `usage: npm run engines -- up docker|registry|kubernetes… [--nodes 2]   installs, builds, starts; prints what to export
       npm run engines -- down [docker|registry|kubernetes…]           ends them, whoever uses them
       npm run engines -- status`;

/** What `npm run engines -- …` does; answers with its exit code: 3 when this machine cannot run containers at all. */
export async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args, allowPositionals: true, options: { nodes: { type: "string" } } });
  const [verb, ...names] = positionals;
  const nodes = Number(values.nodes ?? 1);
  const all = offeredEngines({ nodes });
  const chosen = all.filter(({ engine }) => names.length === 0 || names.includes(engine.name));
  const known = names.every((name) => chosen.some(({ engine }) => engine.name === name)) && nodes >= 1 && nodes <= 9;
  if (verb === "up" && known && names.length > 0) return up(chosen);
  if (verb === "down" && known) return down(chosen);
  if (verb === "status" && names.length === 0) return status(all);
  process.stderr.write(`${usage}\n`);
  return 2;
}

async function up(chosen: readonly OfferedEngine[]): Promise<number> {
  const reason = noContainers();
  if (reason !== undefined) {
    process.stderr.write(`No engines here: ${reason}.\n`);
    return 3;
  }
  const missing = chosen.filter(({ programs }) => programs.some((name) => findProgram(name) === undefined));
  if (missing.length > 0) {
    await timed("packages installed", () => installDebianPackages(missing.flatMap(({ packages }) => packages)));
  }
  for (const { engine, prepare, exports } of chosen) {
    await timed(`${engine.name} made ready`, prepare);
    await timed(`${engine.name} is up`, () => use(engine, kept));
    process.stdout.write(`export ${exports}\n`);
  }
  return 0;
}

async function down(chosen: readonly OfferedEngine[]): Promise<number> {
  for (const { engine } of chosen) await stop(engine);
  return 0;
}

async function status(all: readonly OfferedEngine[]): Promise<number> {
  for (const { engine, exports } of all) {
    const isUp = await engine.isUp();
    process.stdout.write(
      `${engine.name.padEnd(12)} ${isUp ? `up, for ${users(engine).join(" and ")}; ${exports}` : "down"}\n`,
    );
  }
  return 0;
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const started = Date.now();
  await work();
  process.stderr.write(`${what}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
