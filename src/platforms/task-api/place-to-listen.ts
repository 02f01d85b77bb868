import { createSocket } from "node:dgram";
import { once } from "node:events";
import { FlotillaError } from "../../core/errors.ts";

/** Where the task API listens, and under which address tasks elsewhere reach it. */
export interface ListenPlace {
  readonly host: string;
  readonly port: number;
  /** Absent: where it listens. */
  readonly advertise?: string;
}

/** Every engine uses the same one if nothing is said, so that the next finds what the one before has begun. */
const usualPort = 7200;

/**
 * What the profile or the command line says; where nothing is said, the address of this machine that faces the cluster, and
 * no other.
 * @param said `listen` as `host:port`; `advertise` as `http://host:port`
 * @param server the address of the cluster's API server
 * @throws FlotillaError `TASK_API_ADDRESS` where the cluster faces an address of this machine alone, which pods do not reach
 */
export async function placeToListen(
  said: { readonly listen: string | undefined; readonly advertise: string | undefined },
  server: string,
): Promise<ListenPlace> {
  const { listen, advertise } = said;
  const given = advertise === undefined ? {} : { advertise: advertise.replace(/\/$/, "") };
  if (listen !== undefined) {
    const at = listen.lastIndexOf(":");
    return { host: listen.slice(0, at).replace(/^\[(.*)\]$/, "$1"), port: Number(listen.slice(at + 1)), ...given };
  }
  if (advertise !== undefined) return { host: "0.0.0.0", port: Number(new URL(advertise).port || usualPort), ...given };
  const host = await addressTowards(server);
  if (!/^(127\.|::1$)/.test(host)) return { host, port: usualPort };
  throw new FlotillaError(
    "TASK_API_ADDRESS",
    `pods cannot reach this machine by the address with which it reaches their cluster, ${host}`,
    { mend: "say how they reach it: --advertise http://<address>:7200, or `advertise` of kubernetes() in the profile" },
  );
}

/** The address of this machine with which it would speak to that one. Nothing is sent. */
async function addressTowards(server: string): Promise<string> {
  const { hostname, port } = new URL(server);
  const name = hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = createSocket(name.includes(":") ? "udp6" : "udp4");
  try {
    socket.connect(Number(port || 443), name);
    await once(socket, "connect");
    return socket.address().address;
  } catch (cause) {
    throw new FlotillaError("TASK_API_ADDRESS", `there is no way to ${name} from this machine`, {
      cause,
      mend: "say how pods reach it: --advertise http://<address>:7200, or `advertise` of kubernetes() in the profile",
    });
  } finally {
    socket.close();
  }
}
