import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import type { TlsFiles } from "../../src/platforms/docker/engine-way.ts";

export interface TlsDoor {
  /** `tcp://127.0.0.1:…` */
  readonly host: string;
  readonly tls: TlsFiles;
  /** Breaks off what is under way; who comes again is let in. */
  cut(): void;
  /** Breaks off what is under way, and lets nobody in until it opens again. */
  leave(): Promise<void>;
  open(): Promise<void>;
}

/** Leads from a port of the loopback address, over TLS with certificates of both sides, to `unix:///…`. */
export async function tlsDoor(to: string, certificates: Certificates): Promise<TlsDoor> {
  const connections = new Set<Socket>();
  const { ca, server } = certificates;
  const read = (path: string): Buffer => readFileSync(path);
  const options = { ca: read(ca), cert: read(server.cert), key: read(server.key), requestCert: true };
  let port = 0;
  let door: Server | undefined;
  const cut = (): void => connections.forEach((connection) => connection.destroy());
  const open = async (): Promise<void> => {
    const opened = createServer({ ...options, rejectUnauthorized: true }, (outside) => {
      const inside = connect(to.replace("unix://", ""));
      for (const [one, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        connections.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          connections.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => opened.listen(port, "127.0.0.1", resolve));
    port = (opened.address() as AddressInfo).port;
    door = opened;
  };
  const leave = async (): Promise<void> => {
    const closed = new Promise((resolve) => door?.close(resolve));
    cut();
    await closed;
  };
  await open();
  return { host: `tcp://127.0.0.1:${port}`, tls: { ca, ...certificates.client }, cut, leave, open };
}

export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** An authority of its own, and what it has signed for both sides. They lie in the folder. */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=test authority",
  );
  const signed = (name: string, extension: string): { cert: string; key: string } => {
    writeFileSync(at(`${name}.ext`), extension);
    openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`, "-days", "2");
    return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  return {
    ca: at("ca.pem"),
    server: signed("server", "subjectAltName=IP:127.0.0.1"),
    client: signed("client", "extendedKeyUsage=clientAuth"),
  };
}
