import { type CommandRun, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { safeText } from "../format/safe-text.ts";
import { checkMachine, checkPrograms } from "../health/machine-checks.ts";
import { checkPlatforms } from "../health/platform-checks.ts";
import { checkProject } from "../health/project-checks.ts";
import { projectFolder } from "../project-folder.ts";
import { profileOf } from "../project-profile.ts";

export const run: CommandRun = async ({ terminal, project, database, options }) => {
  const findings = [
    ...checkPrograms(),
    ...checkMachine(),
    ...(await checkPlatforms(profileOf(projectFolder(project), options), {
      advertise: textOption(options, "advertise"),
    })),
    ...(await checkProject({ project, database })),
  ];
  const healthy = findings.every(({ state }) => state !== "missing");
  if (terminal.json) terminal.print(JSON.stringify({ healthy, findings }));
  else {
    const { paint } = terminal;
    const marks = { ok: paint.green("✓"), missing: paint.red("✗"), optional: paint.yellow("–") };
    const longest = Math.max(...findings.map(({ what }) => what.length));
    for (const { what, state, found, mend } of findings) {
      terminal.print(`${marks[state]} ${what.padEnd(longest)}  ${safeText(found)}`);
      if (mend !== undefined) terminal.print(`  ${" ".repeat(longest)}  ${paint.dim(safeText(mend))}`);
    }
  }
  return healthy ? exitCodes.done.code : exitCodes.surroundings.code;
};
