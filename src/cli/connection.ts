import type { Api, RequestTo } from "../api/operations.ts";
import type { ServiceContext } from "../server/services/service.ts";
import { type ChosenServer, chooseServer } from "./choose-server.ts";
import type { Invocation } from "./command.ts";
import { refuseEngineOptions } from "./engine-options.ts";
import type * as local from "./local-connection.ts";
import { findProject, type Project, withProjectAt } from "./open-project.ts";

type LocalConnections = Pick<typeof local, "localConnection">;

/** What commands work with: the same whether a server is there or not. */
export interface Connection {
  readonly api: Api;
  /** The bytes of a file that a task made; of a folder, as a tar file. */
  readonly download: (request: RequestTo<"downloadArtifact">) => Promise<AsyncIterable<Uint8Array>>;
  /** Where an engine of ours can drive runs; undefined where a server drives them. */
  readonly project: Project | undefined;
  /** Ends the process, what is open being closed. */
  readonly leave: (exitCode: number) => void;
  /** Between two looks at something that goes on. */
  readonly lookMs: number;
}

/** Does something with the runs of the project: through its server, if there is one, else through the store. */
export async function withApi<T>(invocation: Invocation, use: (connection: Connection) => Promise<T>): Promise<T> {
  const server = chooseServer(invocation, () => findProject(invocation.project));
  return server === undefined
    ? withLocalApi(findProject(invocation.project), invocation, use)
    : withServer(server, invocation, use);
}

/** Speaks to a server. What an engine of this process would be told is refused: there will be none. */
export async function withServer<T>(
  server: ChosenServer,
  { options }: Pick<Invocation, "options">,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  refuseEngineOptions(options);
  const { connectTo } = await import("./server-connection.ts");
  return use(connectTo(server));
}

/** Begins to load what works on the store: it takes its time, and others may do something meanwhile. */
export function loadLocalApi(): Promise<LocalConnections> {
  const loading = import("./local-connection.ts");
  // Whoever waits for it hears of a failure; there may be nobody.
  loading.catch(() => undefined);
  return loading;
}

/** Works on the store of the project in this folder, in this process. */
export async function withLocalApi<T>(
  directory: string,
  { database, options, makePlan }: Pick<Invocation, "database" | "options"> & Partial<Pick<ServiceContext, "makePlan">>,
  use: (connection: Connection & { readonly project: Project }) => Promise<T>,
): Promise<T> {
  const loading = loadLocalApi();
  const more = makePlan === undefined ? {} : { makePlan };
  return withProjectAt(directory, { database, options }, async (project) =>
    use((await loading).localConnection(project, more)),
  );
}
