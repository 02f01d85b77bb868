// The real Docker, registry and Kubernetes that tests run against, on this machine.
import "./check-node.mjs";
import { loadSource } from "./load-source.mjs";
import { prepareOrExit } from "./prepare.mjs";

await prepareOrExit();
const { main } = await loadSource('export { main } from "./test/engines/main.ts";');
process.exitCode = await main(process.argv.slice(2));
