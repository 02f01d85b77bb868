import { afterEach, describe, expect, it } from "vitest";
import { onEachPlace } from "./places.ts";
import { finished, lastLine, type Project, type RunEnded, until } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

/** A step of this machine, an image of its own between, and this machine again. The program prints while its engine may be away. */
const pipeline = `
import { container, file, number, pipeline, ref, scenarios, shell } from "flotilla";
const program = \`
  i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo "line $i"; sleep 0.05; done
  sort "$1" > "$2"; echo "{\\\\"lines\\\\": $(wc -l < "$2")}" > "$FLOTILLA_VALUES"\`;
export default pipeline("own", { scenarios: scenarios.product({ shop: ["north", "south"] }) }, ({ step }) => {
  const data = step("data", { by: ["shop"], run: shell.script('printf "b\\\\n%s\\\\n" "$shop" > "$rows"'), outputs: { rows: file("rows.txt") } });
  const sorted = step("sort", {
    by: ["shop"], on: "cpu", resources: { cpu: 0.2 },
    run: container({ command: ["sh", "-euc", program, "sh"], args: [ref.input("rows"), ref.output("sorted")] }),
    inputs: { rows: data.outputs.rows }, outputs: { sorted: file("sorted.txt"), lines: number() },
  });
  step("report", {
    run: shell.script('echo "$lines" > "$report"'),
    inputs: { lines: sorted.outputs.lines.collect() }, outputs: { report: file("report.txt") },
  });
});
`;

describe("container steps", () => {
  onEachPlace((place) => {
    const isHere = place.name === "local";

    it.runIf(isHere)(
      `are refused when they are planned, with what to do${isHere ? "" : " (there are containers)"}`,
      async () => {
        project = place.project({ "pipeline.ts": pipeline });
        const refused = await project.flotilla("plan");
        expect(refused.code).toBe(2);
        expect(refused.stderr).toMatch(/sort.*runs on cpu, which is this machine.*\n.*cpu: docker\(\)/s);
      },
    );

    it.skipIf(isHere)(
      `go on while their engine is killed, and hand on what they made${isHere ? " (there are no containers)" : ""}`,
      { timeout: 120_000 },
      async () => {
        project = place.project({ "pipeline.ts": pipeline });
        const first = project.start("run", "--json");
        const logOf = async (shop: string): Promise<string[]> =>
          (await project.flotilla("logs", `sort[shop=${shop}]`)).stdout
            .split("\n")
            .filter((line) => line.startsWith("line"));
        await until(async () => (await logOf("north")).length > 0 && (await logOf("south")).length > 0, "both print");
        first.kill("SIGKILL");
        const [run] = await project.json<{ id: string }[]>("runs");
        const ended = await finished(project.start("resume", run!.id, "--json"));
        expect(lastLine(ended).state).toBe("succeeded");
        const { tasks } = await project.json<{ tasks: RunEnded["tasks"] }>("status", run!.id);
        expect(tasks).toMatchObject({ succeeded: 5 });
        for (const shop of ["north", "south"]) {
          expect(await logOf(shop)).toEqual(Array.from({ length: 60 }, (_, i) => `line ${i + 1}`));
          await project.flotilla("artifacts", `sort[shop=${shop}]`, "sorted");
          expect(project.read("sorted.txt")).toBe(`b\n${shop}\n`);
          project.delete("sorted.txt");
          const { attempts } = await project.json<{ attempts: unknown[] }>("show", `sort[shop=${shop}]`);
          expect(attempts).toHaveLength(1);
        }
        await until(async () => (await place.atWork(project)).length === 0, "nothing is left at work");
      },
    );
  });
});
