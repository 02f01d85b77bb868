import type { AttemptId } from "../../core/ids.ts";
import type { AttemptSpec, CancelOptions, LogLine, Platform, Report } from "../platform.ts";
import type { ImageAttempts, ImageSpec } from "./image-attempts.ts";

/** A platform of containers, with the images that its steps ask for being made beside it. */
export class BuildingPlatform implements Platform {
  readonly name: string;
  readonly #inner: Platform;
  readonly #images: ImageAttempts;

  constructor(inner: Platform, images: ImageAttempts) {
    this.name = inner.name;
    this.#inner = inner;
    this.#images = images;
  }

  capacity(): Readonly<Record<string, number>> {
    return this.#inner.capacity();
  }

  onReport(listener: (report: Report) => void): void {
    this.#inner.onReport(listener);
    this.#images.onReport(listener);
  }

  async start(spec: AttemptSpec): Promise<void> {
    if (isImage(spec)) this.#images.start(spec);
    else await this.#inner.start(spec);
  }

  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    for (const spec of specs) if (isImage(spec)) this.#images.adopt(spec);
    await this.#inner.adopt(specs.filter((spec) => !isImage(spec)));
  }

  async cancel(attempt: AttemptId, options: CancelOptions): Promise<void> {
    if (this.#images.has(attempt)) this.#images.cancel(attempt, options);
    else await this.#inner.cancel(attempt, options);
  }

  logs(
    attempt: AttemptId,
    options?: { readonly fromByte?: number; readonly tailLines?: number },
  ): AsyncIterable<LogLine> {
    return this.#inner.logs(attempt, options);
  }

  async close(): Promise<void> {
    await Promise.all([this.#images.close(), this.#inner.close()]);
  }
}

function isImage(spec: AttemptSpec): spec is ImageSpec {
  return spec.work.type === "image";
}
