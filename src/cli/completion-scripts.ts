import type { ArgumentSpec, CommandSpec, OptionSpec } from "./command.ts";
import { commands } from "./commands.ts";
import { globalOptions } from "./options.ts";

/** Scripts that make a shell complete commands, options, and values where there is a choice; elsewhere names of files. */
export const completionScripts = { bash, zsh, fish } as const;

function shown(): readonly CommandSpec[] {
  return commands.filter(({ hidden }) => hidden !== true);
}

function optionsOf(command: CommandSpec): readonly OptionSpec[] {
  return [...(command.options ?? []), ...globalOptions];
}

function longFlag({ flags }: OptionSpec): string {
  return /--[a-z-]+/.exec(flags)![0];
}

function takesValue({ flags }: OptionSpec): boolean {
  return flags.includes("<");
}

function firstChoices({ arguments: [first] = [] }: { arguments?: readonly ArgumentSpec[] }): readonly string[] {
  return first?.choices ?? [];
}

function bash(): string {
  const words = shown().map(
    (command) =>
      `      ${command.name}) words="${[...firstChoices(command), ...optionsOf(command).map(longFlag)].join(" ")}" ;;`,
  );
  const values = shown().flatMap((command) =>
    optionsOf(command).flatMap((option) =>
      option.choices === undefined
        ? []
        : [`    "${command.name} ${longFlag(option)}") words="${option.choices.join(" ")}" ;;`],
    ),
  );
  return `_flotilla() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  case "\${COMP_WORDS[1]} $before" in
${values.join("\n")}
    *) if [ "$COMP_CWORD" -eq 1 ]; then words="${shown()
      .map(({ name }) => name)
      .join(" ")}"
    else case "\${COMP_WORDS[1]}" in
${words.join("\n")}
    esac; fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _flotilla flotilla`;
}

function zsh(): string {
  const list = shown().map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = shown().map((command) => {
    const options = optionsOf(command).map((option) => {
      const value = !takesValue(option)
        ? ""
        : `:value:${option.choices === undefined ? "_files" : `(${option.choices.join(" ")})`}`;
      return `      '*${longFlag(option)}[${quoted(option.summary)}]${value}'`;
    });
    const choices = firstChoices(command);
    const rest = choices.length === 0 ? "'*:file:_files'" : `':choice:(${choices.join(" ")})'`;
    return `    ${command.name}) _arguments \\\n${[...options, `      ${rest}`].join(" \\\n")} ;;`;
  });
  return `#compdef flotilla
_flotilla() {
  local -a list=(
${list.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command list; return; fi
  local name="$words[2]"
  shift words; (( CURRENT-- ))
  case "$name" in
${cases.join("\n")}
  esac
}
compdef _flotilla flotilla`;
}

function fish(): string {
  const uses = (command: CommandSpec): string =>
    `complete -c flotilla -n '__fish_seen_subcommand_from ${command.name}'`;
  return shown()
    .flatMap((command) => [
      `complete -c flotilla -n __fish_use_subcommand -f -a ${command.name} -d '${quoted(command.summary)}'`,
      ...firstChoices(command).map((choice) => `${uses(command)} -f -a ${choice}`),
      ...optionsOf(command).map((option) => {
        const value = !takesValue(option)
          ? ""
          : option.choices === undefined
            ? " -r"
            : ` -x -a '${option.choices.join(" ")}'`;
        return `${uses(command)} -l ${longFlag(option).slice(2)}${value} -d '${quoted(option.summary)}'`;
      }),
    ])
    .join("\n");
}

/** Signs with a meaning within the quotes of a description are left out. */
function quoted(text: string): string {
  return text.replaceAll(/[':[\]\\$`]/g, " ").replaceAll(/ +/g, " ");
}
