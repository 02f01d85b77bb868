import { FlotillaError } from "../../core/errors.ts";
import { versionOf } from "../../platforms/kubernetes/cluster-version.ts";
import { checkKinds } from "../../platforms/kubernetes/resource/check-kinds.ts";
import { wayTo } from "../make-kubernetes.ts";
import type { Bound } from "./bound.ts";
import { failed, type Finding, ok, optional } from "./finding.ts";
import { ranThere } from "./try-out.ts";

/** Whether the cluster answers, has the kinds that steps may make, and a task of ours runs there and reaches us. */
export async function checkKubernetes(what: string, bound: Bound<"kubernetes">): Promise<Finding> {
  try {
    const { access, where } = await wayTo(bound.binding, bound.advertise);
    const cluster = `Kubernetes ${await versionOf(access)} at ${access.server}, namespace ${access.namespace}`;
    await checkKinds(access, bound.binding.resources ?? []);
    const address = where.advertise ?? `${where.host}:${where.port}`;
    if (bound.binding.image === undefined)
      return ok(what, `${cluster}; pods reach us at ${address}; steps name their images`);
    return await ranThere(what, bound, `${cluster}; a pod of ${bound.binding.image} ran and reached us at ${address}`);
  } catch (thrown) {
    if (thrown instanceof FlotillaError && thrown.code === "ADDRESS_TAKEN")
      return optional(
        what,
        "an engine listens for pods at this address already, so none was tried out",
        "end it, and ask again",
      );
    return failed(what, thrown);
  }
}
