import { randomBytes } from "node:crypto";
import { FlotillaError } from "../../core/errors.ts";
import { hashToken } from "../../server/http/known-tokens.ts";
import type { TokenRow } from "../../store/store.ts";
import { type CommandRun, type Invocation, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { table } from "../format/table.ts";
import { type Project, withProjectAt } from "../open-project.ts";
import { projectFolder } from "../project-folder.ts";
import { findServer } from "../server-file.ts";

export const run: CommandRun = async (invocation) => {
  const { args, database, project, options } = invocation;
  const act = actions[args[0] as keyof typeof actions];
  return withProjectAt(projectFolder(project), { database, options }, async (opened) => {
    await act(opened, invocation);
    return exitCodes.done.code;
  });
};

const actions = { create, list, revoke };

async function create({ store, flotilla }: Project, { options, terminal }: Invocation): Promise<void> {
  const role = textOption(options, "role") === "operator" ? "operator" : "viewer";
  const token = randomBytes(32).toString("base64url");
  const id = `t${randomBytes(4).toString("hex")}`;
  const name = checkName(textOption(options, "name") ?? id);
  const row: TokenRow = { id, name, role, hash: hashToken(token), createdAt: Date.now() };
  if (!(await store.addToken(row)))
    throw new FlotillaError("USAGE", `there is a token of the name ${name} already`, {
      mend: `revoke it first: flotilla token revoke ${name}`,
    });
  if (terminal.json) return terminal.print(JSON.stringify({ id, name, role, token }));
  const url = findServer(flotilla)?.url ?? "http://HOST:PORT";
  terminal.print(
    [
      `${role} ${name}`,
      "",
      `  ${terminal.paint.bold(token)}`,
      "",
      "it is shown only now; to log in with a browser:",
      "",
      `  ${url}/#token=${token}`,
    ].join("\n"),
  );
}

async function list({ store }: Project, { terminal }: Invocation): Promise<void> {
  const tokens = (await store.tokens()).map(({ hash: _, ...shown }) => shown);
  if (terminal.json) terminal.print(JSON.stringify(tokens));
  else if (tokens.length === 0) terminal.print("there is no token; make one with: flotilla token create");
  else {
    const lines = table(
      tokens,
      [
        { title: "id", of: ({ id }) => id },
        { title: "name", of: ({ name }) => name },
        { title: "role", of: ({ role }) => role },
        { title: "made", of: ({ createdAt }) => new Date(createdAt).toISOString().slice(0, 16).replace("T", " ") },
      ],
      { columns: terminal.columns, bold: terminal.paint.bold },
    );
    terminal.print(lines.join("\n"));
  }
}

/** Servers notice within five seconds. */
async function revoke({ store }: Project, { args, terminal }: Invocation): Promise<void> {
  const [, token] = args;
  if (token === undefined || !(await store.removeToken(token)))
    throw new FlotillaError("USAGE", token === undefined ? "no token is named" : `there is no token ${token}`, {
      mend: "name one that `flotilla token list` shows",
    });
  terminal.print(terminal.json ? JSON.stringify({ revoked: token }) : `revoked ${token}`);
}

/** Names go into logs, tables and headers. */
function checkName(name: string): string {
  if (/^[\w.@-]{1,64}$/.test(name)) return name;
  throw new FlotillaError("USAGE", "a token's name has 1 to 64 letters, digits and any of . _ @ -", {
    place: { name: "--name" },
  });
}
