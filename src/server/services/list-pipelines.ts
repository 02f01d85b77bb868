import { findPipelineFiles } from "../pipelines/find-pipeline-files.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import type { Service } from "./service.ts";

/** Pipelines of the project, and those that have run, by name. Evaluates none of them. */
export const listPipelines: Service<"listPipelines"> = async (context) => {
  const { store, project } = context;
  const [files, uses] = await Promise.all([findPipelineFiles(project), store.pipelineUses()]);
  const ran = await Promise.all(
    uses.map(async ({ pipeline, runs, last }) => {
      const row = await store.getRun(last);
      const file = files.find((one) => one.name === pipeline)?.file ?? row?.file;
      return {
        name: pipeline,
        ...(file === undefined ? {} : { file }),
        runs,
        ...(row === undefined ? {} : { last: await summariseRun(context, row) }),
      };
    }),
  );
  const known = new Set(ran.map(({ name }) => name));
  const never = files.filter(({ name }) => !known.has(name)).map(({ name, file }) => ({ name, file, runs: 0 }));
  return { pipelines: [...ran, ...never].toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
};
