import { cpSync, existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FlotillaError } from "../../core/errors.ts";
import type { CommandRun } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";

export const run: CommandRun = async ({ args, terminal }) => {
  const target = resolve(args[0] ?? ".");
  const source = findExample();
  const files = readdirSync(source).filter((name) => !name.startsWith(".") && name !== "__pycache__");
  const inTheWay = files.find((name) => existsSync(join(target, name)));
  if (inTheWay !== undefined)
    throw new FlotillaError("USAGE", `${join(target, inTheWay)} is there already`, {
      place: { file: join(target, inTheWay) },
      mend: "name an empty folder: flotilla init my-fleet",
    });
  for (const name of files) cpSync(join(source, name), join(target, name), { recursive: true });
  if (terminal.json) terminal.print(JSON.stringify({ folder: target, files }));
  else {
    const folder = relative(process.cwd(), target);
    const steps = [...(folder === "" ? [] : [`cd ${folder}`]), "flotilla plan", "flotilla run"];
    terminal.print(
      `wrote ${files.join(", ")}${folder === "" ? "" : ` to ${folder}`}\n\n${steps.map((step) => `  ${step}`).join("\n")}`,
    );
  }
  return exitCodes.done.code;
};

/** Beside dist/ in the package; the sources lie one folder deeper. */
function findExample(): string {
  const places = ["../examples/hello", "../../../examples/hello"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined)
    throw new FlotillaError("INTERNAL", "the example that init copies is not in this installation");
  return found;
}
