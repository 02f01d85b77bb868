import { FlotillaError } from "../../core/errors.ts";
import type {
  AttemptColumns,
  ColumnReader,
  FailureColumns,
  RunRow,
  Store,
  TaskColumns,
  TaskRange,
} from "../../store/store.ts";
import { AttemptTable } from "./attempt-table.ts";
import { columnTypeOf, makeOutputColumn, type OutputColumn, setOutput } from "./output-column.ts";
import { makeRunView, type RunView, takeFailures, takeTasks } from "./run-view.ts";

/** What a view must hold beyond states, times and causes. Both are read when first asked for: most runs are only glanced at. */
export interface Needs {
  readonly outputs?: readonly { readonly step: number; readonly name: string }[];
  readonly attempts?: boolean;
}

/** Rows of a page: the event loop is held for some ms, and the database makes no text larger than a few MB. */
const pageSize = 50_000;

/** Reads a run's view from the store. 1,000,000 tasks take 1.6 s of processor time (0.4 s ours), 100,000 take 0.16 s. Throws `RUN_NOT_FOUND`. */
export async function readView(store: Store, row: RunRow): Promise<RunView> {
  const plan = await store.getPlan(row.planHash);
  if (plan === undefined) throw runIsGone(row);
  const view = makeRunView(row, plan);
  const ranges = pagesOf(view);
  const run = await store.readColumns(row.id, async (reader, current) => {
    for (const range of ranges) {
      const tasks = await reader.tasks(range);
      takeTasks(view, tasks);
      if (tasks.withClass > 0) takeFailures(view, await reader.failures(range));
    }
    return current;
  });
  if (run === undefined) throw runIsGone(row);
  view.run = run;
  return view;
}

export function lacks(view: RunView, { outputs = [], attempts = false }: Needs): boolean {
  return (attempts && view.attempts === undefined) || missingOutputs(view, outputs).length > 0;
}

function missingOutputs(view: RunView, outputs: NonNullable<Needs["outputs"]>): NonNullable<Needs["outputs"]> {
  return outputs.filter(({ step, name }) => {
    const { planned, outputs: held } = view.steps[step]!;
    return columnTypeOf(planned, name) !== undefined && !held.has(name);
  });
}

/**
 * Brings a view to the run's current version, with what is needed besides; reads only what changed since the version it has,
 * and takes it in at once when all has been read: whoever looks meanwhile sees the version before.
 */
export async function updateView(store: Store, view: RunView, needs: Needs): Promise<void> {
  const changes = await store.readColumns(view.run.id, (reader, run) => readChanges(reader, run, view, needs));
  if (changes === undefined) throw runIsGone(view.run);
  for (const take of changes) take();
}

async function readChanges(reader: ColumnReader, run: RunRow, view: RunView, needs: Needs): Promise<(() => void)[]> {
  const changes: (() => void)[] = [() => (view.run = run)];
  const since = view.run.version;
  const isChanged = run.version !== since;
  if (isChanged) {
    const tasks: TaskColumns = await reader.tasks({ since });
    const failures: readonly FailureColumns[] = tasks.withClass === 0 ? [] : await reader.failures({ since });
    changes.push(() => {
      takeTasks(view, tasks);
      takeFailures(view, failures);
      view.forVersion.clear();
    });
  }
  for (const step of view.steps)
    for (const [name, column] of isChanged ? step.outputs : [])
      changes.push(await readOutput(reader, { since, step: step.shape.index }, name, column));
  for (const { step, name } of missingOutputs(view, needs.outputs ?? []))
    changes.push(...(await readWholeOutput(reader, view, step, name)));
  changes.push(...(await readAttempts(reader, view, isChanged, needs)));
  return changes;
}

async function readWholeOutput(
  reader: ColumnReader,
  view: RunView,
  index: number,
  name: string,
): Promise<(() => void)[]> {
  const step = view.steps[index]!;
  const { size } = step.shape;
  const column = makeOutputColumn(columnTypeOf(step.planned, name)!, size);
  const changes: (() => void)[] = [];
  for (let task = 0; task < size; task += pageSize) {
    const range = { from: { step: index, task }, to: { step: index, task: Math.min(size, task + pageSize) } };
    // Nobody sees the column yet.
    (await readOutput(reader, range, name, column))();
  }
  changes.push(() => step.outputs.set(name, column));
  return changes;
}

async function readOutput(
  reader: ColumnReader,
  range: TaskRange,
  name: string,
  column: OutputColumn,
): Promise<() => void> {
  const { tasks, values } = await reader.output({ ...range, name, type: column.type });
  return () => tasks.forEach((task, i) => setOutput(column, task, values[i]!));
}

async function readAttempts(
  reader: ColumnReader,
  view: RunView,
  isChanged: boolean,
  needs: Needs,
): Promise<(() => void)[]> {
  const held = view.attempts;
  if (held !== undefined) {
    if (!isChanged) return [];
    const columns: AttemptColumns = await reader.attempts({ since: view.run.version });
    return [() => held.take(columns)];
  }
  if (needs.attempts !== true) return [];
  const table = new AttemptTable(view.steps.map(({ shape }) => shape.size));
  for (const range of pagesOf(view)) table.take(await reader.attempts(range));
  return [() => (view.attempts = table)];
}

/** The tasks of all steps, one after the other, cut into pages; small steps share one. */
function pagesOf(view: RunView): (TaskRange & { since?: undefined })[] {
  const pages: (TaskRange & { since?: undefined })[] = [];
  let from = { step: 0, task: 0 };
  let rows = 0;
  for (const { shape } of view.steps) {
    for (let task = 0; task < shape.size;) {
      const taken = Math.min(pageSize - rows, shape.size - task);
      task += taken;
      rows += taken;
      if (rows < pageSize) continue;
      const to = { step: shape.index, task };
      pages.push({ from, to });
      [from, rows] = [to, 0];
    }
  }
  if (rows > 0) pages.push({ from, to: { step: view.steps.length, task: 0 } });
  return pages;
}

function runIsGone({ id }: RunRow): FlotillaError {
  return new FlotillaError("RUN_NOT_FOUND", `there is no run ${id} any more`, {
    place: { name: id },
    mend: "list them with `flotilla runs`",
  });
}
