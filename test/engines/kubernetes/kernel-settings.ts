import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the kubelet and the network of pods change for the whole machine. */
const settings = ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward"];

/** Writes down how they are, before a cluster starts. */
export function rememberKernelSettings(file: string): void {
  const values = settings.map((name) => [name, readFileSync(join("/proc/sys", name), "utf8").trim()]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(values)));
}

/** Puts them back as they were. */
export function restoreKernelSettings(file: string): void {
  if (!existsSync(file)) return;
  const values = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  for (const [name, value] of Object.entries(values)) writeFileSync(join("/proc/sys", name), value);
}
