import type { CommandRun } from "../command.ts";
import { completionScripts } from "../completion-scripts.ts";
import { exitCodes } from "../exit-codes.ts";

export const run: CommandRun = async ({ args, terminal }) => {
  const shell = args[0] as keyof typeof completionScripts;
  const script = completionScripts[shell]();
  if (terminal.json) terminal.print(JSON.stringify({ shell, script }));
  else terminal.print(script);
  return exitCodes.done.code;
};
