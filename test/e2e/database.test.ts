import { afterEach, expect, it } from "vitest";
import { openTestStore } from "../../src/store/test-database.ts";
import { lastLine, Project } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const pipeline = `
import { number, pipeline, python, scenarios } from "flotilla";
export default pipeline("elsewhere", { scenarios: scenarios.product({ n: [1, 2, 3] }) }, ({ step }) => {
  step("train", { by: ["n"], run: python("work:train"), outputs: { score: number() } });
});
`;

it("runs with a server of the user's just as with its own, and starts none of its own", async () => {
  const server = await openTestStore();
  const { url } = server;
  try {
    project = new Project({ "pipeline.ts": pipeline, "work.py": "def train(n):\n    return n\n" });
    const result = await project.flotilla("run", "--database", url, "--json");
    expect(lastLine(result)).toMatchObject({ state: "succeeded", tasks: { succeeded: 3 } });
    expect(project.has(".flotilla/postgres")).toBe(false);
    const tasks = await project.json<{ state: string }[]>("tasks", "--database", url);
    expect(tasks.map(({ state }) => state)).toEqual(["succeeded", "succeeded", "succeeded"]);
  } finally {
    await server.close();
  }
}, 60_000);
