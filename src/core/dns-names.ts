import * as z from "zod";

/** What Kubernetes takes as the name of a namespace or a container: a label of DNS. */
export const dnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error:
    "is no DNS label: small letters, digits and -, none of them at an end but letters and digits, 63 in all at most",
});

/** What it takes as the name of most other objects: such labels with dots between them. */
export const dnsName = z
  .string()
  .max(253, { error: "is longer than the 253 letters that a name may have" })
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
    error:
      "is no name of an object in a cluster: small letters, digits, - and dots, with a letter or digit at each end",
  });
