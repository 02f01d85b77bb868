import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cached, type CachedFile, cachedPath } from "../cached-file.ts";
import { command, findProgram } from "../command.ts";
import { sourceFolder } from "../places.ts";

const folder = join(sourceFolder, "kubernetes/program");

/** Built anew when the modules, the program's own text or the compiler change. */
function programFile(): CachedFile {
  const sources = ["go.mod", "go.sum", "main.go"].map((name) => readFileSync(join(folder, name)));
  return { name: "kubernetes", key: [...sources, execFileSync("go", ["env", "GOVERSION"], { cwd: folder })] };
}

/** The program, or undefined while it is not built. */
export function findKubernetes(): string | undefined {
  if (findProgram("go") === undefined) return undefined;
  const path = cachedPath(programFile());
  return existsSync(path) ? path : undefined;
}

/** Builds etcd, the control plane, kubelet and kubectl as one program, which takes minutes, unless it lies in the cache. */
export function buildKubernetes(): Promise<string> {
  if (findProgram("go") === undefined)
    throw new Error("Kubernetes is built from its Go modules: install Go 1.24 or newer");
  return cached(programFile(), async (path) => {
    const args = ["-trimpath", "-buildvcs=false", "-tags=providerless", `-ldflags=-s -w ${await versionFlags()}`];
    await command("go", ["build", ...args, "-o", path, "."], {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: "0" },
    });
  });
}

/** Without them the server calls itself v0.0.0, and clients take it for one that is too old. */
async function versionFlags(): Promise<string> {
  const version = (
    await command("go", ["list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes"], { cwd: folder })
  ).trim();
  const [major, minor] = version.slice(1).split(".");
  const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: "clean", gitCommit: "module" };
  return packages
    .flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`))
    .join(" ");
}
