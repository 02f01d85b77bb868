import { dimensionsOf } from "../../core/scenario-set.ts";
import type { PipelineDeclaration } from "../../sdk/declarations.ts";
import type { PipelineForm } from "../messages.ts";
import { checkPipeline } from "./check-pipeline.ts";
import { defaultSelection } from "./choose-scenarios.ts";
import { paramsSchema } from "./read-params.ts";
import { readScenarios } from "./read-scenarios.ts";

/** Values named of each dimension; of more, people type a part. */
const mostValues = 200;

/** What a new run can be given. Builds nothing: parameters without a default need not be known. */
export function describeForm(pipeline: PipelineDeclaration, projectDirectory: string): PipelineForm {
  checkPipeline(pipeline);
  const set = readScenarios(pipeline.scenarios, projectDirectory);
  return {
    name: pipeline.name,
    ...(pipeline.description === undefined ? {} : { description: pipeline.description }),
    paramsSchema: paramsSchema(pipeline.params),
    selections: [...new Set(["all", ...Object.keys(pipeline.selections)])],
    defaultSelection: defaultSelection(pipeline),
    scenarios: set.size,
    dimensions: dimensionsOf(set).map(({ name, values }) => ({
      name,
      values: values.slice(0, mostValues).map(String),
      total: values.length,
    })),
  };
}
