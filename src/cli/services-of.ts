import type { Services } from "../server/http/call.ts";
import type { Project } from "./open-project.ts";

/** What a server carries out for this project. */
export function servicesOf(
  _project: Project,
  _about: { readonly version: string; readonly engine?: string },
): Services {
  return {};
}
