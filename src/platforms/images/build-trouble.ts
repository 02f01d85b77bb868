import { FlotillaError } from "../../core/errors.ts";
import { isForAnotherMachine, isHopelessPull } from "../image-pull.ts";

const mostLines = 12;

/** Listens to a build, and puts its end in words: an engine merely says which command returned which code. */
export class BuildTrouble {
  readonly #from: string;
  #said = "";
  #isBegun = false;

  constructor(from: string) {
    this.#from = from;
  }

  hear(text: string): void {
    // Its first step is the pull of the image that it begins with.
    if (text.startsWith("Step 2/")) this.#isBegun = true;
    this.#said = (this.#said + text).slice(-8000);
  }

  /** `TASK_CONFIG` for what will be the same each time, `IMAGE_FAILED` for a command that failed, else `DOCKER_REFUSED`. */
  of(error: string): FlotillaError {
    if (/no space left on device/i.test(error + this.#said))
      return new FlotillaError("DISK_FULL", `the disk of the Docker engine is full: ${error}`);
    if (!this.#isBegun) {
      const message = `the image ${this.#from}, which it begins with, cannot be pulled: ${error}`;
      return new FlotillaError(isHopelessPull(error) ? "TASK_CONFIG" : "DOCKER_REFUSED", message);
    }
    const lacks = this.#lacking(error);
    if (lacks !== undefined) return new FlotillaError("TASK_CONFIG", `the image ${this.#from} ${lacks}: ${error}`);
    const lines = this.#said.split(/\r?\n/).filter((line) => line.trim() !== "");
    return new FlotillaError("IMAGE_FAILED", `${error}\n${lines.slice(-mostLines).join("\n")}`);
  }

  #lacking(error: string): string | undefined {
    const all = `${error}\n${this.#said}`;
    if (isForAnotherMachine(all)) return "is made for another kind of processor than that of the Docker engine";
    if (/No module named '?pip/.test(all)) return "has no pip, which installs the requirements";
    if (/"?python3"?: (executable file )?not found|exec: "python3"/.test(all))
      return "has no python3, which installs the requirements";
    return undefined;
  }
}
