import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";

/** The one address under which tasks reach whichever process of ours listens just now. */
export interface FrontDoor {
  readonly address: string;
  /** From now on nobody is let in, and whoever is in is thrown out; or no longer. */
  shut(isShut: boolean): void;
  /** The next connection over which so many bytes have gone, to us or from us, is cut. */
  cutAfter(bytes: number, direction: "in" | "out"): Promise<void>;
  /** How many bytes have gone through it. */
  readonly passed: { in: number; out: number };
  /** How many connections were turned away. */
  readonly turnedAway: () => number;
}

/**
 * @param port says where we listen, undefined while we do not
 * @param host an address of this machine that tasks reach
 */
export async function openFrontDoor(port: () => number | undefined, host = "127.0.0.1"): Promise<FrontDoor> {
  const sockets = new Set<Socket>();
  const passed = { in: 0, out: 0 };
  let isShut = false;
  let turnedAway = 0;
  let cut: { bytes: number; direction: "in" | "out"; done: () => void } | undefined;

  const server = createServer((outside) => {
    const target = isShut ? undefined : port();
    if (target === undefined) {
      turnedAway++;
      outside.destroy();
      return;
    }
    const inside = connect(target, "127.0.0.1");
    const close = (): void => {
      sockets.delete(outside);
      outside.destroy();
      inside.destroy();
    };
    sockets.add(outside);
    const pass = (from: Socket, to: Socket, direction: "in" | "out"): void => {
      let bytes = 0;
      from.on("data", (piece: Buffer) => {
        bytes += piece.length;
        passed[direction] += piece.length;
        if (cut?.direction === direction && bytes >= cut.bytes) {
          cut.done();
          cut = undefined;
          close();
        }
      });
      from.on("close", close);
      from.on("error", close);
      from.pipe(to);
    };
    pass(outside, inside, "in");
    pass(inside, outside, "out");
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    address: `http://${host}:${(server.address() as AddressInfo).port}`,
    passed,
    turnedAway: () => turnedAway,
    shut: (shut) => {
      isShut = shut;
      if (shut) for (const socket of sockets) socket.destroy();
    },
    cutAfter: (bytes, direction) =>
      new Promise((done) => {
        cut = { bytes, direction, done };
      }),
  };
}
