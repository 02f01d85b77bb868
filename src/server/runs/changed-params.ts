import { canonicalJson, type Json } from "../../core/json.ts";
import type { Plan } from "../../core/plan.ts";

/** A parameter as its JSON Schema declares it. */
export type DeclaredParam = { readonly [member: string]: Json };

export function declaredParams({ paramsSchema }: Pick<Plan, "paramsSchema">): ReadonlyMap<string, DeclaredParam> {
  return new Map(Object.entries((paramsSchema["properties"] ?? {}) as Readonly<Record<string, DeclaredParam>>));
}

/** Names of the parameters that are not as they are by default; those without a default are among them. */
export function changedParams(plan: Pick<Plan, "params" | "paramsSchema">): string[] {
  const declared = declaredParams(plan);
  return Object.entries(plan.params).flatMap(([name, value]) => {
    const param = declared.get(name);
    const isDefault =
      param !== undefined &&
      Object.hasOwn(param, "default") &&
      canonicalJson(param["default"]) === canonicalJson(value);
    return isDefault ? [] : [name];
  });
}
