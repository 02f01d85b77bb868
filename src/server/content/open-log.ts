import type { Checked } from "../../api/operations.ts";
import type { ServiceContext } from "../services/service.ts";
import { attemptAt } from "../tasks/find-attempt.ts";
import type { Content } from "./content.ts";

/** The log of an attempt as it is stored: a record a line, with time and stream in front. As long as it is now. */
export async function openLog(context: ServiceContext, request: Checked<"downloadLog">): Promise<Content> {
  const { logs } = context;
  const { id, number, task } = await attemptAt(context, request);
  const bytes = id === undefined ? 0 : await logs.size(id);
  return {
    name: `${task.ref}.${number}.log`,
    mediaType: "text/plain; charset=utf-8",
    bytes,
    digest: undefined,
    hasRanges: true,
    shown: "plain",
    async open({ from, to } = { from: 0, to: bytes }) {
      const end = Math.min(to, bytes);
      return id === undefined || from >= end ? nothing() : logs.bytes(id, { from, to: end });
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // There is no log.
}
