import { expect } from "vitest";
import { type JsonOperation, operations, type RequestTo, type ResponseOf } from "../../src/api/operations.ts";
import type { AttemptLogs, Service, ServiceContext } from "../../src/server/services/service.ts";
import { RunViews } from "../../src/server/views/run-views.ts";
import type { Store } from "../../src/store/store.ts";
import type { PlayedRun } from "./played-run.ts";

/** What the services of the views need of a context. Each attempt's log says which attempt it is of. */
export function viewContext(store: Store, played: PlayedRun, folder: string): ServiceContext {
  const context: Pick<ServiceContext, "store" | "views" | "now"> & { readonly logs: Partial<AttemptLogs> } = {
    store,
    views: new RunViews({ store, folder }),
    logs: {
      async *read(attempt) {
        yield { at: 0, stream: "stderr", text: `log of ${attempt}`, partial: false };
      },
    },
    now: () => played.now,
  };
  return context as unknown as ServiceContext;
}

/** Asks as the server does: the request is checked before, and the answer is what the wire promises. */
export async function ask<Name extends JsonOperation>(
  context: ServiceContext,
  name: Name,
  service: Service<Name>,
  request: RequestTo<Name>,
): Promise<ResponseOf<Name>> {
  const { request: checks, response } = operations[name];
  const answer = await service(context, checks.parse(request) as Parameters<Service<Name>>[1], {
    by: "test",
  });
  // What zod reads loses a member of the name `__proto__`; an answer is only written, and keeps it.
  const plain: unknown = JSON.parse(JSON.stringify(answer), (name, value: unknown) =>
    name === "__proto__" ? undefined : value,
  );
  expect(response.parse(plain)).toEqual(plain);
  return answer;
}
