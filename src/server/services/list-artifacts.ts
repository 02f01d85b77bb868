import * as z from "zod";
import type { ResponseOf } from "../../api/operations.ts";
import type { TaskRow } from "../../store/store.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { type KnownPlan, knownPlan } from "../plans/plan-book.ts";
import { runAt } from "../runs/find-run.ts";
import { findTask } from "../tasks/find-tasks.ts";
import { pickTasks } from "../tasks/pick-tasks.ts";
import type { Service } from "./service.ts";

type ArtifactEntry = ResponseOf<"listArtifacts">["artifacts"][number];

const place = z.object({ step: z.number().int(), task: z.number().int() });
/** One request reads no more pages of tasks; its cursor goes on. */
const mostPages = 20;

/** Files and folders that the selected tasks made; a page ends with a task, so it may hold some more than asked for. */
export const listArtifacts: Service<"listArtifacts"> = async (context, request) => {
  const { store } = context;
  const row = await runAt(context, request.run);
  const known = await knownPlan(store, row);
  const steps = stepsWithArtifacts(known);
  const artifacts: ArtifactEntry[] = [];
  const task = request.task === undefined ? undefined : findTask(known.plan, known.topology, request.task);
  if (steps.length === 0) return { artifacts };
  const after = decodeCursor(request.after, place);
  let pages = 0;
  for await (const { rows, last } of pickTasks(store, row, known, request, { after, steps, task })) {
    for (const task of rows) {
      artifacts.push(...artifactsOf(task, known));
      if (artifacts.length >= request.limit)
        return { artifacts, next: encodeCursor({ step: task.step, task: task.task }) };
    }
    if (++pages === mostPages) return { artifacts, next: encodeCursor(last) };
  }
  return { artifacts };
};

function stepsWithArtifacts({ plan }: KnownPlan): number[] {
  return plan.steps.flatMap(({ outputs }, index) =>
    Object.values(outputs).some(({ type }) => type === "file" || type === "folder") ? [index] : [],
  );
}

function artifactsOf({ step, task, ref, outputs = {} }: TaskRow, { topology }: KnownPlan): ArtifactEntry[] {
  return Object.entries(outputs).flatMap(([output, item]) => {
    if (!("artifact" in item)) return [];
    const { type, name, bytes, digest } = item.artifact;
    return [{ task: ref, key: topology.steps[step]!.keyOf(task), output, type, name, bytes, digest }];
  });
}
