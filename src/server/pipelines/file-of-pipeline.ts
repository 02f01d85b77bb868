import { FlotillaError } from "../../core/errors.ts";
import { didYouMean } from "../../core/closest.ts";
import type { ServiceContext } from "../services/service.ts";
import { findPipelineFiles } from "./find-pipeline-files.ts";

/**
 * The file of a pipeline that is named, or given as a file of the project: as its last run says, or as the project's files
 * do. Throws `PIPELINE_NOT_FOUND`.
 */
export async function fileOfPipeline({ store, project }: ServiceContext, named: string): Promise<string> {
  if (named.endsWith(".ts")) return named;
  const files = await findPipelineFiles(project);
  const found = files.find(({ name }) => name === named)?.file;
  if (found !== undefined) return found;
  const [last] = await store.listRuns({ pipeline: named, limit: 1 });
  if (last?.file !== undefined) return last.file;
  const names = files.map(({ name }) => name);
  throw new FlotillaError("PIPELINE_NOT_FOUND", `no file of the project makes a pipeline ${named}`, {
    place: { name: named },
    mend: `name its file, as in pipeline.ts.${didYouMean(named, names)}`,
  });
}
