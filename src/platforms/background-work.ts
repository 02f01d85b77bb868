/** What a platform has under way beside the calls it answers. It is waited for when the platform is closed. */
export class BackgroundWork {
  readonly #underWay = new Set<Promise<void>>();

  /** What fails is found again by the regular look. */
  add(work: Promise<unknown>): void {
    const done: Promise<void> = work.then(
      () => void this.#underWay.delete(done),
      () => void this.#underWay.delete(done),
    );
    this.#underWay.add(done);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
