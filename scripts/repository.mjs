// Where things are, and how scripts run programs and tell what they do.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** One line about what is being done, on stderr so that stdout stays for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs a program from the repository with our stdin, stdout and stderr; answers with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repository, stdio: "inherit", ...options });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code === null ? 128 + (signal === "SIGINT" ? 2 : 15) : code));
  });
}

/** Runs a program and collects what it prints; never rejects for what the program does. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"], ...options });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.on("error", (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on("close", (code) => resolve({ code: code === null ? 128 : code, stdout, stderr }));
  });
}

export function seconds(sinceMs) {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}
