import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Loader, Message, Plugin, PluginBuild } from "esbuild";
import { FlotillaError } from "../core/errors.ts";

const here = dirname(fileURLToPath(import.meta.url));
/** In the built package both stand beside us; in the sources they are TypeScript, which esbuild takes as well. */
const evaluator = existsSync(join(here, "evaluate-pipeline.js"))
  ? join(here, "evaluate-pipeline.js")
  : join(here, "evaluate/main.ts");
const sdk = existsSync(join(here, "sdk.js")) ? join(here, "sdk.js") : join(here, "../sdk/index.ts");

export interface Bundle {
  /** SHA-256 of the author's files, by name and content: the pipeline's version. */
  readonly source: string;
}

/**
 * Bundles a pipeline file, with what evaluates it, into one module at `target`. Packages stay outside and are found from
 * the file that imports them; `flotilla` is always this installation, and `zod` is ours where the project has none.
 * Throws `PIPELINE_SYNTAX` with file, line and the source line.
 */
export async function bundlePipeline(options: {
  pipelineFile: string;
  projectDirectory: string;
  target: string;
}): Promise<Bundle> {
  const { pipelineFile, projectDirectory, target } = options;
  const esbuild = await import("esbuild");
  const entry = `import { main } from ${JSON.stringify(evaluator)};\nvoid main(() => import(${JSON.stringify(pipelineFile)}));\n`;
  try {
    const { metafile } = await esbuild.build({
      stdin: { contents: entry, resolveDir: here, sourcefile: "evaluate-pipeline-entry.js" },
      absWorkingDir: projectDirectory,
      outfile: target,
      bundle: true,
      format: "esm",
      platform: "node",
      target: `node${process.versions.node}`,
      sourcemap: "linked",
      sourcesContent: false,
      metafile: true,
      logLevel: "silent",
      plugins: [findPackages, keepPlaces],
    });
    return { source: hashSources(Object.keys(metafile.inputs), projectDirectory) };
  } catch (error) {
    throw syntaxError(error, projectDirectory);
  }
}

const findPackages: Plugin = {
  name: "find packages",
  setup(build: PluginBuild) {
    build.onResolve({ filter: /^flotilla$/ }, () => ({ path: sdk }));
    build.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, importer, pluginData }) => {
      if (
        pluginData === "inner" ||
        isAbsolute(path) ||
        path.startsWith("node:") ||
        createRequire(import.meta.url).resolve.paths(path) === null
      )
        return undefined;
      const found = await build.resolve(path, { resolveDir, kind, importer, pluginData: "inner" });
      if (found.errors.length === 0) return { path: pathToFileURL(found.path).href, external: true };
      const ours = path === "zod" ? await build.resolve(path, { resolveDir: here, kind, pluginData: "inner" }) : found;
      return ours.errors.length === 0
        ? { path: pathToFileURL(ours.path).href, external: true }
        : { errors: found.errors };
    });
  },
};

/** `import.meta.url` and its like mean the author's file, as if it had not been bundled. */
const keepPlaces: Plugin = {
  name: "keep places",
  setup(build: PluginBuild) {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      if (isOurs(path)) return undefined;
      const text = await readFile(path, "utf8");
      if (!text.includes("import.meta")) return undefined;
      const places: Readonly<Record<string, string>> = {
        url: pathToFileURL(path).href,
        filename: path,
        dirname: dirname(path),
      };
      const contents = text.replaceAll(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, name: string) =>
        JSON.stringify(places[name]),
      );
      return { contents, loader: loaderOf(path) };
    });
  },
};

function loaderOf(path: string): Loader {
  if (path.endsWith("tsx")) return "tsx";
  if (path.endsWith("jsx")) return "jsx";
  return path.endsWith("ts") ? "ts" : "js";
}

function hashSources(inputs: readonly string[], projectDirectory: string): string {
  const hash = createHash("sha256");
  const files = inputs
    .map((path) => resolve(projectDirectory, path))
    .filter((path) => existsSync(path) && !isOurs(path));
  for (const path of files.toSorted())
    hash.update(
      `${relative(projectDirectory, path)}\0${createHash("sha256").update(readFileSync(path)).digest("hex")}\n`,
    );
  return `sha256:${hash.digest("hex")}`;
}

function isOurs(path: string): boolean {
  const root = here.endsWith("planner") ? join(here, "..") : here;
  return path.startsWith(`${root}/`);
}

function syntaxError(error: unknown, projectDirectory: string): FlotillaError {
  const [first] = (error as { errors?: Message[] }).errors ?? [];
  if (first === undefined)
    return new FlotillaError("INTERNAL", "the pipeline file could not be bundled", { cause: error });
  const { location, text } = first;
  if (location === null) return new FlotillaError("PIPELINE_SYNTAX", text);
  const { line, column, lineText } = location;
  const file = resolve(projectDirectory, location.file);
  return new FlotillaError(
    "PIPELINE_SYNTAX",
    `${relative(process.cwd(), file)}:${line}:${column + 1}: ${text}\n\n    ${lineText.trim()}`,
    {
      place: { file, line, column: column + 1 },
      mend: /Could not resolve/.test(text) ? "install the package, or correct the path" : "correct the line",
    },
  );
}
