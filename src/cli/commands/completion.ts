import { FlotillaError } from "../../core/errors.ts";
import type { CommandRun, CommandSpec } from "../command.ts";
import { commands } from "../commands.ts";
import { exitCodes } from "../exit-codes.ts";
import { globalOptions } from "../options.ts";

const shells: Readonly<Record<string, () => string>> = { bash, zsh, fish };

export const run: CommandRun = async ({ args, terminal }) => {
  const script = Object.hasOwn(shells, args[0]!) ? shells[args[0]!] : undefined;
  if (script === undefined)
    throw new FlotillaError("USAGE", `there is no completion for ${args[0]}`, {
      mend: `use one of ${Object.keys(shells).join(", ")}`,
    });
  terminal.print(script());
  return exitCodes.done.code;
};

function shown(): readonly CommandSpec[] {
  return commands.filter(({ hidden }) => hidden !== true);
}

function longFlags(command: CommandSpec): string[] {
  return [...(command.options ?? []), ...globalOptions].map(({ flags }) => /--[a-z-]+/.exec(flags)![0]);
}

function bash(): string {
  const cases = shown().map((command) => `    ${command.name}) words="${longFlags(command).join(" ")}" ;;`);
  return `_flotilla() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then words="${shown()
    .map(({ name }) => name)
    .join(" ")}"
  else case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "$word"))
}
complete -F _flotilla flotilla`;
}

function zsh(): string {
  const list = shown().map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = shown().map(
    (command) =>
      `    ${command.name}) _arguments ${longFlags(command)
        .map((flag) => `'${flag}'`)
        .join(" ")} '*:file:_files' ;;`,
  );
  return `#compdef flotilla
_flotilla() {
  local -a list=(
${list.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command list; return; fi
  case "$words[2]" in
${cases.join("\n")}
  esac
}
compdef _flotilla flotilla`;
}

function fish(): string {
  return shown()
    .flatMap((command) => [
      `complete -c flotilla -n __fish_use_subcommand -f -a ${command.name} -d '${quoted(command.summary)}'`,
      ...longFlags(command).map(
        (flag) => `complete -c flotilla -n '__fish_seen_subcommand_from ${command.name}' -l ${flag.slice(2)}`,
      ),
    ])
    .join("\n");
}

function quoted(text: string): string {
  return text.replaceAll("'", "").replaceAll(":", " –");
}
