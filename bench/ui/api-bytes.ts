import type { CDPSession } from "playwright-core";

/** What a page was answered by the API, headers included, as it came over the wire: compressed. */
export class ApiBytes {
  readonly #bytesOf = new Map<string, number>();

  static async watch(cdp: CDPSession): Promise<ApiBytes> {
    const bytes = new ApiBytes();
    const known = bytes.#bytesOf;
    cdp.on("Network.requestWillBeSent", ({ requestId, request }) => {
      if (new URL(request.url).pathname.startsWith("/api/")) known.set(requestId, 0);
    });
    // Of a stream that goes on, only the pieces are told.
    cdp.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
      const before = known.get(requestId);
      if (before !== undefined) known.set(requestId, before + encodedDataLength);
    });
    cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const before = known.get(requestId);
      if (before !== undefined) known.set(requestId, Math.max(before, encodedDataLength));
    });
    await cdp.send("Network.enable");
    return bytes;
  }

  get sum(): number {
    return [...this.#bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}
