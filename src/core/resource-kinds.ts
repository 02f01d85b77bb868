import * as z from "zod";

/** What whoever makes one gets more rights by than its step has. */
const escalating =
  /^(rbac\.authorization|certificates|authentication|authorization|apiextensions|apiregistration|admissionregistration)\.k8s\.io\//;

/** A kind of a cluster's resources that steps may make, as a profile lists it: `batch/v1/Job`. */
export const resourceKind = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*\/v[a-z0-9]+\/[A-Z][A-Za-z0-9]*$/, {
    error: "write group/version/Kind, such as batch/v1/Job; kinds without a group (Pod, Secret) are not made by steps",
  })
  .refine((kind) => !escalating.test(kind), { error: "kinds that hand out rights are not made by steps" });
