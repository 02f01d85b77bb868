import { hostname, networkInterfaces } from "node:os";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

/** The host of a `Host` header, without its port: ports are forwarded as people like. Undefined when it is none. */
export function hostName(header: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,255})(?::\d{1,5})?$/i.exec(header ?? "")?.[1]?.toLowerCase();
}

/** The hosts that a server answers for which listens on this address: itself, loopback, and on all addresses those of the machine. */
export function hostsOf(address: string): ReadonlySet<string> {
  const own = isAnyAddress(address) ? [hostname().toLowerCase(), ...machineAddresses()] : [address.toLowerCase()];
  return new Set([...loopback, ...own.map(inUrl)]);
}

/** Whether only this machine reaches the address. */
export function isLoopback(address: string): boolean {
  return loopback.includes(inUrl(address)) || /^127(\.\d{1,3}){3}$/.test(address);
}

/** An address as it stands in a URL. */
export function inUrl(address: string): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
}

function isAnyAddress(address: string): boolean {
  return address === "0.0.0.0" || address === "::" || address === "[::]";
}

function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}
