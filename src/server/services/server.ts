import { apiVersion } from "../../api/routes.ts";
import type { Store } from "../../store/store.ts";
import type { Service } from "./service.ts";

/** The store itself waits longer for a server that does not answer; whoever asks wants to know now. */
const patienceMs = 1500;

export const server: Service<"server"> = async (context, _request, { role = "operator" }) => ({
  version: context.version,
  apiVersion,
  project: context.project,
  now: context.now(),
  ...(context.engine === undefined ? {} : { engine: context.engine }),
  role,
  startedAt: Math.round(performance.timeOrigin),
  store: (await answers(context.store)) ? "ok" : "away",
});

async function answers(store: Store): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, patienceMs, false);
  });
  const asked = store.pools().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
