/** What the author of a pipeline imports. */
export { z } from "zod";
export { docker, kubernetes, local } from "./bindings.ts";
export { build } from "./build.ts";
export { config } from "./config.ts";
export { environment } from "./environment.ts";
export { container } from "./kinds/container.ts";
export { node } from "./kinds/node.ts";
export { noop } from "./kinds/noop.ts";
export { python } from "./kinds/python.ts";
export { ref, shell } from "./kinds/shell.ts";
export { boolean, file, folder, json, number, string } from "./outputs.ts";
export { own } from "./own.ts";
export { pipeline } from "./pipeline.ts";
export { ordered, scenarios } from "./scenarios.ts";
export { secret } from "./secret.ts";
export { all, first, named, representative, where } from "./selections.ts";
export type { CollectedRef, OutputRef, PipelineDeclaration, PreviousRef, TaskGiven } from "./declarations.ts";
export type { Step } from "./step.ts";
