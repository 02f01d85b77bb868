import { TaskApi, type TaskApiOptions } from "../platforms/task-api/task-api.ts";
import type { ListenPlace } from "../platforms/task-api/place-to-listen.ts";

interface Shared {
  readonly api: TaskApi;
  readonly listening: Promise<unknown>;
  users: number;
}

/** The task APIs of one engine: platforms whose tasks reach it at one place share what listens there. */
export class TaskApis {
  readonly #options: Omit<TaskApiOptions, "advertise">;
  readonly #open = new Map<string, Shared>();

  constructor(options: Omit<TaskApiOptions, "advertise">) {
    this.#options = options;
  }

  /** With the last to let go of it, it is closed. Rejects with `ADDRESS_TAKEN`. */
  async use({
    host,
    port,
    advertise,
  }: ListenPlace): Promise<{ readonly api: TaskApi; readonly letGo: () => Promise<void> }> {
    const key = `${host} ${port} ${advertise ?? ""}`;
    const shared = this.#open.get(key) ?? this.#listen({ host, port, ...(advertise ? { advertise } : {}) });
    this.#open.set(key, shared);
    shared.users++;
    await shared.listening;
    let isHeld = true;
    const letGo = async (): Promise<void> => {
      if (!isHeld) return;
      isHeld = false;
      if (--shared.users === 0) await shared.api.close();
    };
    return { api: shared.api, letGo };
  }

  #listen({ host, port, advertise }: ListenPlace): Shared {
    const api = new TaskApi({ ...this.#options, ...(advertise === undefined ? {} : { advertise }) });
    return { api, listening: api.listen({ host, port }), users: 0 };
  }
}
