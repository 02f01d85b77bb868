// Adds to package-lock.json the packages of other platforms that the registry in use did not have: `node scripts/complete-lock.mjs`
// after any change of dependencies. Mirrors often lack them; npm then leaves them out, and `npm ci` refuses the file ("Missing: …").
// An added entry has its exact version and its platform, and no integrity: it is never fetched where the lock was made.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, say } from "./repository.mjs";

const platforms = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

const path = join(repository, "package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {}, dev }]) =>
  Object.entries(optionalDependencies)
    .filter(
      ([name]) => !(`node_modules/${name}` in lock.packages) && !(`${place}/node_modules/${name}` in lock.packages),
    )
    .map(([name, version]) => ({ name, version, dev })),
);

for (const { name, version, dev } of missing) {
  lock.packages[`node_modules/${name}`] = {
    version,
    ...platformOf(name, version),
    ...(dev ? { dev } : {}),
    optional: true,
  };
}
if (missing.length > 0) {
  const [root, ...others] = Object.keys(lock.packages);
  lock.packages = Object.fromEntries([root, ...others.sort()].map((key) => [key, lock.packages[key]]));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
say(`${missing.length} packages of other platforms added to package-lock.json.`);

/** By name, as all such packages are called: `@oxlint/binding-linux-arm64-musl`. */
function platformOf(name, version) {
  const words = name.split("/").at(-1).split("-");
  const os = words.find((word) => platforms.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (os === undefined || cpu === undefined || !/^\d/.test(version))
    throw new Error(`${name}@${version}: cannot tell its platform; add it by hand`);
  return {
    cpu: [cpu],
    ...(os === "linux" && words.includes("musl") ? { libc: ["musl"] } : os === "linux" ? { libc: ["glibc"] } : {}),
    os: [os],
  };
}
