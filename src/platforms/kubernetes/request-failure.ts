import { FlotillaError } from "../../core/errors.ts";

/** Certificates do not mend themselves. */
const certificateFaults = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "EPROTO",
  "ERR_OSSL_PEM_NO_START_LINE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** An answer after which the same request may well succeed: overload, a leader that changes, a proxy that found nobody. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** The error to throw where server and we do not trust each other's certificates; undefined for whatever may pass. */
export function certificateRefusal(server: string, thrown: unknown): FlotillaError | undefined {
  if (!certificateFaults.has(codeOf(thrown))) return undefined;
  return new FlotillaError("CLUSTER_ACCESS", `the certificate of ${server} is not trusted: ${String(thrown)}`, {
    cause: thrown,
    mend: "the certificate-authority of the kubeconfig must be the one that signed it",
  });
}

/** `Retry-After` in seconds, as API servers send it; no longer than five minutes, whatever it says. */
export function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Math.min(Number(header), 300) * 1000 : undefined;
}

export function unreachable(server: string, why: string, cause?: unknown): FlotillaError {
  return new FlotillaError("CLUSTER_UNREACHABLE", `the API server at ${server} does not answer: ${why}`, { cause });
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}
