/** What a request shows the API server about who is asking. */
export interface Credentials {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** So long before they expire new ones are got: a request may be under way for some time. */
const renewBeforeMs = 30_000;

/** Keeps credentials for as long as they are good; however many ask, they are got once. */
export class CredentialKeeper {
  readonly #read: () => Promise<Credentials>;
  #kept: Credentials | undefined;
  #reading: Promise<Credentials> | undefined;

  constructor(read: () => Promise<Credentials>) {
    this.#read = read;
  }

  async current(): Promise<Credentials> {
    if (this.#kept !== undefined && (this.#kept.expiresAt ?? Infinity) - renewBeforeMs > Date.now()) return this.#kept;
    this.#reading ??= this.#readOnce();
    return this.#reading;
  }

  /** The server did not take them. If others have been got meanwhile, those are left alone. */
  reject(refused: Credentials): void {
    if (this.#kept === refused) this.#kept = undefined;
  }

  async #readOnce(): Promise<Credentials> {
    try {
      this.#kept = await this.#read();
      return this.#kept;
    } finally {
      this.#reading = undefined;
    }
  }
}
