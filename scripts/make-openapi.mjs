// Makes docs/openapi.json, the description of the API, from the schemas that check its requests.
//   node scripts/make-openapi.mjs            says whether the document is up to date; exit code 1 if not
//   node scripts/make-openapi.mjs --write    writes it
import "./check-node.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSource } from "./load-source.mjs";
import { repository, say } from "./repository.mjs";

const document = join(repository, "docs/openapi.json");

const { makeOpenApi } = await loadSource(`export { makeOpenApi } from "./src/api/openapi.ts";`);
const wanted = `${JSON.stringify(makeOpenApi(), undefined, 1)}\n`;
if (process.argv.includes("--write")) writeFileSync(document, wanted);
else if (readFileSync(document, "utf8") === wanted) say("docs/openapi.json is up to date.");
else {
  say("docs/openapi.json is stale: node scripts/make-openapi.mjs --write");
  process.exitCode = 1;
}
