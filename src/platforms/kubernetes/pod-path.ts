import type { ObjectCollection } from "./list-objects.ts";

/** The path of the pods of a namespace, or of one of them. */
export function podPath(namespace: string, name?: string): string {
  const all = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

export function podsOf(namespace: string): ObjectCollection {
  return { path: podPath(namespace), inWords: `the pods of the namespace ${namespace}` };
}
