import type { ResponseOf } from "../../api/operations.ts";
import { describePipeline } from "../../planner/planner.ts";
import { fileOfPipeline } from "../pipelines/file-of-pipeline.ts";
import { pipelineFile } from "../plans/plan-wish.ts";
import type { Service } from "./service.ts";

/** What a new run of a pipeline can be given. Evaluates its file, in a process of its own, and starts nothing. */
export const getRunForm: Service<"getRunForm"> = async (context, { pipeline }) => {
  const file = await fileOfPipeline(context, pipeline);
  const form = await describePipeline({ file: pipelineFile(context.project, file) });
  return {
    ...form,
    file,
    paramsSchema: form.paramsSchema as ResponseOf<"getRunForm">["paramsSchema"],
    selections: [...form.selections],
    dimensions: form.dimensions.map(({ values, ...dimension }) => ({ ...dimension, values: [...values] })),
  };
};
