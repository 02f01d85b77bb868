import type { ArtifactStore, TreeEntry } from "../../artifacts/artifact-store.ts";
import { canonicalJson, type Json } from "../../core/json.ts";
import type { Plan, PlanStep } from "../../core/plan.ts";
import type { RunRow } from "../../store/store.ts";
import { describeSelection } from "./describe-plan.ts";
import { needsInWords } from "./needs-in-words.ts";
import { environmentInWords, workInWords } from "./work-in-words.ts";

export interface Difference {
  readonly what: string;
  readonly here: string;
  readonly there: string;
}

interface DefinedRun {
  readonly row: Pick<RunRow, "code">;
  readonly plan: Plan;
}

/** Longer values are cut, and of more files the first are named. */
const longest = 200;
const mostFiles = 20;

/** What two runs were made from, where it differs, in words. */
export async function differencesOf(
  here: DefinedRun,
  there: DefinedRun,
  artifacts: Pick<ArtifactStore, "readTree">,
): Promise<Difference[]> {
  return [
    compare("pipeline", here.plan.pipeline, there.plan.pipeline),
    compare("version of the pipeline file", here.plan.source, there.plan.source),
    ...compareMembers("parameter", here.plan.params, there.plan.params),
    compare("selection", describeSelection(here.plan).name, describeSelection(there.plan).name),
    compare("coverage", describeSelection(here.plan).inWords, describeSelection(there.plan).inWords),
    compareScenarios(here.plan, there.plan),
    ...compareMembers("pool", here.plan.pools, there.plan.pools),
    compare("tasks at once", here.plan.concurrency ?? "any number", there.plan.concurrency ?? "any number"),
    ...compareSteps(here.plan, there.plan),
    await compareCode(here.row.code, there.row.code, artifacts),
  ].filter((difference) => difference !== undefined);
}

function compare(what: string, here: Json | undefined, there: Json | undefined): Difference | undefined {
  if (canonicalJson(here) === canonicalJson(there) && (here === undefined) === (there === undefined)) return undefined;
  return { what, here: shown(here), there: shown(there) };
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function compareMembers(
  noun: string,
  here: Readonly<Record<string, Json>>,
  there: Readonly<Record<string, Json>>,
): (Difference | undefined)[] {
  const of = (members: Readonly<Record<string, Json>>, name: string): Json | undefined =>
    Object.hasOwn(members, name) ? members[name] : undefined;
  const names = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...names].map((name) => compare(`${noun} ${name}`, of(here, name), of(there, name)));
}

/** Equal coverage may still be of other scenarios, or of other labels. */
function compareScenarios(here: Plan, there: Plan): Difference | undefined {
  if (canonicalJson(here.scenarios as unknown as Json) === canonicalJson(there.scenarios as unknown as Json))
    return undefined;
  const inWords = ({ scenarios }: Plan): string =>
    `${scenarios.size} scenarios of ${scenarios.columns.map(({ name }) => name).join(", ")}`;
  const [a, b] = [inWords(here), inWords(there)];
  return { what: "scenarios", here: a, there: a === b ? `${b}, with other values` : b };
}

function compareSteps(here: Plan, there: Plan): (Difference | undefined)[] {
  const others = new Map(there.steps.map((step) => [step.name, step]));
  const own = new Set(here.steps.map(({ name }) => name));
  const gone = there.steps.filter(({ name }) => !own.has(name));
  return [
    ...here.steps.flatMap((step) => {
      const other = others.get(step.name);
      return other === undefined
        ? [{ what: `step ${step.name}`, here: workInWords(step.work), there: "–" }]
        : compareStep(step, other);
    }),
    ...gone.map((step) => ({ what: `step ${step.name}`, here: "–", there: workInWords(step.work) })),
  ];
}

function compareStep(here: PlanStep, there: PlanStep): (Difference | undefined)[] {
  const told = [
    compare(`${here.name}: work`, workInWords(here.work), workInWords(there.work)),
    compare(`${here.name}: resource`, resourceOf(here), resourceOf(there)),
    compare(`${here.name}: environment`, environmentOf(here), environmentOf(there)),
    compare(`${here.name}: dimensions`, here.by.join(" × "), there.by.join(" × ")),
    compare(`${here.name}: platform`, here.on, there.on),
    compare(`${here.name}: platform of the last attempt`, here.lastAttemptOn, there.lastAttemptOn),
    compare(`${here.name}: image`, imageInWords(here), imageInWords(there)),
    compare(`${here.name}: kubernetes`, here.kubernetes as Json | undefined, there.kubernetes as Json | undefined),
    compare(`${here.name}: secrets`, here.secrets, there.secrets),
    compare(`${here.name}: needs`, needsInWords(here), needsInWords(there)),
    ...compareMembers(`${here.name}: input`, membersOf(here.inputs), membersOf(there.inputs)),
    ...compareMembers(`${here.name}: output`, membersOf(here.outputs), membersOf(there.outputs)),
    compare(`${here.name}: retry`, here.retry as unknown as Json, there.retry as unknown as Json),
  ].filter((difference) => difference !== undefined);
  return told;
}

function imageInWords({ image }: PlanStep): string | undefined {
  return typeof image === "object" ? `made by ${image.madeBy}` : image;
}

/** A plain value stands for itself, everything else is shown as it is declared. */
function membersOf(declared: PlanStep["inputs"] | PlanStep["outputs"]): Readonly<Record<string, Json>> {
  const shown = Object.entries(declared).map(([name, one]): [string, Json] => [name, "value" in one ? one.value : one]);
  return Object.fromEntries(shown);
}

/** Its kind alone is little of a resource. */
function resourceOf({ work }: PlanStep): Json | undefined {
  return work.type === "kubernetesResource" ? (work as unknown as Json) : undefined;
}

/** An environment may be made of other packages under the same name. */
function environmentOf({ work }: PlanStep): string | undefined {
  if (work.type !== "python") return undefined;
  const { environment } = work;
  return environment.type === "venv"
    ? `${environmentInWords(environment)} (${environment.hash.slice(0, 12)})`
    : environmentInWords(environment);
}

async function compareCode(
  here: RunRow["code"],
  there: RunRow["code"],
  artifacts: Pick<ArtifactStore, "readTree">,
): Promise<Difference | undefined> {
  const difference = compare("code", here, there);
  if (difference === undefined || here === undefined || there === undefined) return difference;
  try {
    const trees = await Promise.all([artifacts.readTree(here), artifacts.readTree(there)]);
    const [own, others] = trees.map(({ entries }) => filesOf(entries)) as [Map<string, string>, Map<string, string>];
    const changed = [...new Set([...own.keys(), ...others.keys()])].filter(
      (path) => own.get(path) !== others.get(path),
    );
    const rest = changed.length > mostFiles ? ` and ${changed.length - mostFiles} more` : "";
    const names = (files: Map<string, string>): string =>
      changed
        .slice(0, mostFiles)
        .map((path) => (files.has(path) ? path : `no ${path}`))
        .join(", ") + rest;
    return { what: `code: ${changed.length} files`, here: names(own), there: names(others) };
  } catch {
    // A snapshot has been collected; that they differ is still known.
    return difference;
  }
}

function filesOf(entries: readonly TreeEntry[]): Map<string, string> {
  return new Map(
    entries.map((entry) => [entry.path, entry.type === "file" ? `${entry.digest}${entry.executable ?? ""}` : ""]),
  );
}
