import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { Duplex, type Readable, type Writable } from "node:stream";

/** What `ssh` said of why there is no connection, or none any more. */
export class SshFailure extends Error {
  /** 255 is of `ssh` itself, any other of the program on the far side. */
  readonly exitCode: number | null;

  constructor(exitCode: number | null, said: string) {
    super(said === "" ? `ssh ended with ${exitCode ?? "a signal"}` : said);
    this.exitCode = exitCode;
  }
}

const mostWords = 2000;

/** What a program at the other end of SSH reads and writes, as a connection. */
export class SshConnection extends Duplex {
  readonly #ssh: ChildProcessByStdio<Writable, Readable, Readable>;
  #said = "";
  #hasEnded = false;

  constructor(argv: readonly string[]) {
    super();
    this.#ssh = spawn("ssh", argv, { stdio: ["pipe", "pipe", "pipe"] });
    this.#ssh.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-mostWords);
    });
    this.#ssh.stdout.on("data", (piece: Buffer) => {
      if (!this.push(piece)) this.#ssh.stdout.pause();
    });
    // Its end tells why; that it reads no more tells nothing.
    this.#ssh.stdin.on("error", () => undefined);
    this.#ssh.on("error", (thrown) => this.destroy(thrown));
    this.#ssh.on("close", (code) => {
      this.#hasEnded = true;
      if (code === 0) this.push(null);
      else this.destroy(new SshFailure(code, this.#said.trim()));
    });
  }

  override _read(): void {
    this.#ssh.stdout.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A write that fails is followed by the end of `ssh`, which says more.
    this.#ssh.stdin.write(piece, () => done());
  }

  override _final(done: () => void): void {
    this.#ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#hasEnded) this.#ssh.kill();
    done(error);
  }

  /** What follows is asked of every connection that is kept; an idle one keeps no process alive. */
  ref(): this {
    for (const part of this.#parts()) part.ref();
    return this;
  }

  unref(): this {
    for (const part of this.#parts()) part.unref();
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  /** Pipes to a process are sockets, whatever their types say. */
  #parts(): { ref: () => unknown; unref: () => unknown }[] {
    const { stdin, stdout, stderr } = this.#ssh;
    return [this.#ssh, ...([stdin, stdout, stderr] as (Readable | Writable)[]).map((pipe) => pipe as Socket)];
  }
}
