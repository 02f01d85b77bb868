import { join } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import { type Invocation, textOption } from "./command.ts";
import { storeName } from "./known-stores.ts";
import { findServer } from "./server-file.ts";

export interface ServerAddress {
  readonly url: string;
  readonly token?: string;
}

/** A server that a command speaks to. */
export interface ChosenServer {
  /** Where it is now. */
  readonly find: () => ServerAddress;
  /** Its project's folder, when that is on this machine and known. */
  readonly directory: string | undefined;
  readonly pid: number | undefined;
}

/**
 * The server that is named, by `--server` or `FLOTILLA_SERVER`; else that of the project, if one runs that keeps runs in the
 * store that is asked for. Undefined when there is none: then the store is worked on directly.
 */
export function chooseServer(
  { options, database }: Pick<Invocation, "options" | "database">,
  directoryOf: () => string,
): ChosenServer | undefined {
  const named = namedServer(options);
  if (named !== undefined) return { find: () => named, directory: undefined, pid: undefined };
  const directory = directoryOf();
  const find = (): ReturnType<typeof findServer> => {
    const server = findServer(join(directory, ".flotilla"));
    return server?.store === storeName(database) ? server : undefined;
  };
  const first = find();
  return first === undefined ? undefined : { find: () => find() ?? first, directory, pid: first.pid };
}

/** What is given on the command line wins over what stands in the environment. */
function namedServer(options: Invocation["options"]): ServerAddress | undefined {
  const option = textOption(options, "server");
  const other = ["project", "database"].find((name) => textOption(options, name) !== undefined);
  if (option !== undefined && other !== undefined)
    throw new FlotillaError("USAGE", `--${other} says where runs are kept here, and --server that a server knows`, {
      mend: "give one of them",
    });
  const url = option ?? (other === undefined ? process.env["FLOTILLA_SERVER"] || undefined : undefined);
  if (url === undefined) return undefined;
  const token = process.env["FLOTILLA_TOKEN"] || undefined;
  return { url: originOf(url), ...(token === undefined ? {} : { token }) };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search === "")
    return url.origin;
  throw new FlotillaError("USAGE", `${text} is no address of a server`, {
    place: { name: "--server" },
    mend: "give it as `flotilla up` says it: http://HOST:PORT",
  });
}
