/** Takes bytes off a stream in the portions that are wanted. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** So many bytes in one piece, to be used for few. Throws when there are fewer. */
  async take(bytes: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream(bytes)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** As `take`; undefined where the source has ended. */
  async takeIfAny(bytes: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    return this.take(bytes);
  }

  /** What is left, to be thrown away, if it is not more than this. */
  async drain(most: number): Promise<void> {
    for (let taken = 0; taken <= most;) {
      taken += this.#rest.length;
      const next = await this.#source.next();
      if (next.done === true) return;
      this.#rest = next.value;
    }
  }

  /** So many bytes as they come. Throws when the source ends before. */
  async *stream(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      while (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) throw new Error(`${left} bytes are missing at the end`);
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
