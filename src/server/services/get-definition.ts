import type { ResponseOf } from "../../api/operations.ts";
import type { Json } from "../../core/json.ts";
import type { Plan } from "../../core/plan.ts";
import { formatDuration } from "../../core/units.ts";
import { differencesOf } from "../plans/differences.ts";
import { describeDimensions, describeSelection } from "../plans/describe-plan.ts";
import { knownPlan } from "../plans/plan-book.ts";
import { environmentInWords } from "../plans/work-in-words.ts";
import { declaredParams, type DeclaredParam } from "../runs/changed-params.ts";
import { runAt } from "../runs/find-run.ts";
import type { Service } from "./service.ts";

type Definition = ResponseOf<"getDefinition">;

/** What a run is pinned to and, if asked, what another had otherwise. */
export const getDefinition: Service<"getDefinition"> = async (context, { run, against, plan: withPlan }) => {
  const { store, artifacts } = context;
  const row = await runAt(context, run);
  const { plan } = await knownPlan(store, row);
  const other = against === undefined ? undefined : await runAt(context, against);
  const differences =
    other === undefined
      ? undefined
      : await differencesOf({ row, plan }, { row: other, plan: (await knownPlan(store, other)).plan }, artifacts);
  return {
    pipeline: row.pipeline,
    ...(row.file === undefined ? {} : { file: row.file }),
    planHash: row.planHash,
    source: plan.source,
    ...(row.code === undefined ? {} : { code: row.code }),
    params: describeParams(plan),
    coverage: describeSelection(plan),
    dimensions: describeDimensions(plan),
    environments: describeEnvironments(plan),
    pools: { ...plan.pools },
    limits: describeLimits(plan),
    ...(differences === undefined ? {} : { differences }),
    ...(withPlan ? { plan: plan as unknown as Definition["plan"] } : {}),
  };
};

function describeParams(plan: Plan): Definition["params"] {
  const declared = declaredParams(plan);
  return Object.entries(plan.params).map(([name, value]) => {
    const param = declared.get(name);
    const description = param?.["description"];
    return {
      name,
      value: value as Definition["params"][number]["value"],
      ...(param !== undefined && Object.hasOwn(param, "default")
        ? { default: param["default"] as Definition["params"][number]["value"] }
        : {}),
      ...(typeof description === "string" ? { description } : {}),
      type: typeInWords(param),
    };
  });
}

/** `integer`, `one of "fast", "thorough"`. */
function typeInWords(param: DeclaredParam | undefined): string {
  const choices = param?.["enum"];
  if (Array.isArray(choices)) return `one of ${(choices as Json[]).map((one) => JSON.stringify(one)).join(", ")}`;
  const type = param?.["type"];
  if (typeof type === "string") return type;
  return Array.isArray(type) ? type.join(" or ") : "any";
}

function describeEnvironments({ steps }: Plan): Definition["environments"] {
  return steps.flatMap(({ name, work }) => {
    if (work.type !== "python") return [];
    const { environment } = work;
    const hash = environment.type === "venv" ? { hash: environment.hash } : {};
    return [{ step: name, inWords: environmentInWords(environment), ...hash }];
  });
}

function describeLimits({ concurrency, timeoutMs, failFast, steps }: Plan): string[] {
  return [
    ...(concurrency === undefined ? [] : [`at most ${concurrency} tasks at once`]),
    ...(timeoutMs === undefined ? [] : [`ends after ${formatDuration(timeoutMs)}`]),
    ...(failFast ? ["ends at the first task that fails"] : []),
    ...steps.flatMap((step) => [
      ...(step.concurrency === undefined ? [] : [`at most ${step.concurrency} tasks of ${step.name} at once`]),
      ...(step.timeoutMs === undefined ? [] : [`a task of ${step.name} ends after ${formatDuration(step.timeoutMs)}`]),
    ]),
  ];
}
