import { userInfo } from "node:os";

/** Who asks for something, for the record. */
export function userName(): string {
  try {
    return process.env["USER"] || userInfo().username;
  } catch {
    // A user id without a name, as containers have.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
