import { expect, it } from "vitest";
import { onEachPlace } from "./places.ts";

onEachPlace((place) => {
  it.skipIf(place.name !== "pods")("grows its disk", { timeout: 500_000 }, async () => {
    const project = place.project({
      "pipeline.ts": `import { pipeline, scenarios, shell } from "flotilla";
export default pipeline("p", { scenarios: scenarios.product({ n: [1] }) }, ({ step }) => {
  step("w", { run: shell(["python3", "-c", "import time; open('x','wb').write(bytes(40_000_000)); time.sleep(100)"]), on: "cpu", resources: { cpu: 0.1, disk: "20Mi" }, retry: { disk: { attempts: 2, disk: "x4", upTo: "1Gi" }, backoff: "1s" } });
});`,
    });
    const run = await project.flotilla("run");
    console.log(run.stdout.slice(-500), run.stderr);
    console.log((await project.flotilla("show", "w")).stdout);
    expect(run.code).toBe(0);
    await project.remove();
  });
});
