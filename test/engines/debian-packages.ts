import { command } from "./command.ts";

/** Installs packages of Debian or Ubuntu; where an init system runs, it starts their services as it likes. */
export async function installDebianPackages(names: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const patience = ["-o", "DPkg::Lock::Timeout=300", "-qq"];
  await command("apt-get", [...patience, "update"], { env });
  await command("apt-get", [...patience, "install", "-y", "--no-install-recommends", ...names], { env });
}
