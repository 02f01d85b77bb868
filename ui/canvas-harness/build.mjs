import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../../node_modules/.canvas-harness/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

/** Builds the page that shows the drawings alone, and serves it under the policy that the dashboard has. */
export async function serveHarness({ port = 0, mode = "production" } = {}) {
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: [join(here, "main.tsx")],
    outdir: out,
    bundle: true,
    format: "esm",
    jsx: "automatic",
    loader: { ".woff2": "file" },
    define: { "process.env.NODE_ENV": JSON.stringify(mode) },
    minify: mode === "production",
    logLevel: "error",
  });
  await writeFile(
    join(out, "index.html"),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Canvas</title><link rel="stylesheet" href="main.css"><div id="root"></div><script type="module" src="main.js"></script></html>`,
  );
  const answer = async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = pathname === "/" ? "index.html" : pathname.slice(1).replaceAll("..", "");
    const bytes = await readFile(join(out, file)).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404, {
      "content-type": types[extname(file)] ?? "application/octet-stream",
      "content-security-policy": "default-src 'self'; style-src 'self'; script-src 'self'",
    });
    response.end(bytes);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
