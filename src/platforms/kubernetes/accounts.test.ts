import { expect, it } from "vitest";
import { handIn, openTaskApi } from "../../../test/helpers/ask-task-api.ts";
import { Accounts } from "./accounts.ts";

it("what is noted of a pod is not taken for the word of its runner, before or after", async () => {
  const { flotilla, admit, ask, makeSpec, another, reports } = await openTaskApi();
  const spec = makeSpec();
  const token = await admit(spec);
  const accounts = new Accounts(flotilla);
  accounts.noteBegun(spec.id, 1000);
  expect(accounts.hasBegun(spec.id)).toBe(true);

  const next = await another();
  await next.api.readmit(spec);
  expect(next.reports, "its pod runs, and its task does not yet").toEqual([]);

  await ask(token, "POST", "/v1/started", { at: 2000, host: "pod-1", task: { pid: 7 } });
  expect(reports).toMatchObject([{ type: "running", at: 2000, handle: { host: "pod-1", pid: 7 } }]);
  await ask(token, "POST", "/v1/exit", handIn());
  expect(reports.at(-1)).toMatchObject({ type: "ended", evidence: { completed: true } });
  expect(accounts.outcomeOf(spec.id), "its pod has not ended yet").toBeUndefined();
});
