import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { readLog } from "../local/log-reader.ts";
import { AttemptLog } from "./attempt-log.ts";

it("is read as any log: lines whole, wherever the pieces of text were cut; bars that return begin anew", async () => {
  const path = join(temporaryFolder(), "log");
  const log = new AttemptLog(path);
  const long = "é".repeat(100_000);
  for (const piece of ["Step 1", " : FROM x\nde", "ad\r", "\nfull\r", `${long}\n`, "\n", "the rest"]) log.write(piece);
  log.close();
  const lines: string[] = [];
  let part = "";
  for await (const { text, partial, stream } of readLog(path)) {
    expect(stream).toBe("stdout");
    part += text;
    if (partial) continue;
    lines.push(part);
    part = "";
  }
  expect(lines).toEqual(["Step 1 : FROM x", "dead", "", "full", long, "", "the rest"]);
});
