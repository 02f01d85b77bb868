import { assertNever } from "../../core/errors.ts";
import type { Edge, StepShape, Topology } from "../../core/topology.ts";

/** The joins between steps in words, each once: `features → train  broadcast, each of 3 feeds 120–145`. */
export function joinLines(topology: Topology): string[] {
  return [...new Set(topology.edges.map((edge) => joinInWords(topology.steps, edge)))];
}

function joinInWords(steps: readonly StepShape[], edge: Edge): string {
  const [writer, reader] = [steps[edge.from]!, steps[edge.to]!];
  const enough = edge.atLeast < 1 ? `, at least ${Math.round(edge.atLeast * 100)} % of them` : "";
  const anyhow = edge.needs === "done" ? ", whatever became of it" : "";
  const order = edge.input === undefined ? " (order only)" : "";
  return `${writer.name} → ${reader.name}  ${relation(edge, writer, reader)}${enough}${anyhow}${order}`;
}

function relation(edge: Edge, writer: StepShape, reader: StepShape): string {
  switch (edge.kind) {
    case "one-to-one":
      return `one to one, ${writer.size} ${writer.size === 1 ? "time" : "times"}`;
    case "broadcast":
      return `broadcast, ${each(writer.size)} feeds ${range(countDownstream(edge, writer.size))}`;
    case "collect":
      return `collect, ${each(reader.size)} reads ${range(countUpstream(edge, reader.size))}`;
    case "many-to-many":
      return `many to many, ${each(reader.size)} reads ${range(countUpstream(edge, reader.size))}`;
    case "previous":
      return `previous, ${edge.pairs} of ${reader.size} have one before them`;
    default:
      return assertNever(edge.kind);
  }
}

function each(size: number): string {
  return size === 1 ? "it" : `each of ${size}`;
}

interface Range {
  least: number;
  most: number;
}

function range({ least, most }: Range): string {
  return least === most ? String(least) : `${least}–${most}`;
}

function countUpstream(edge: Edge, readers: number): Range {
  return extremes(readers, (task) => edge.countUpstream(task));
}

function countDownstream(edge: Edge, writers: number): Range {
  return extremes(writers, (task) => {
    let count = 0;
    edge.eachDownstream(task, () => count++);
    return count;
  });
}

function extremes(size: number, measure: (task: number) => number): Range {
  const found: Range = { least: Infinity, most: 0 };
  for (let task = 0; task < size; task++) {
    const value = measure(task);
    found.least = Math.min(found.least, value);
    found.most = Math.max(found.most, value);
  }
  return found;
}
