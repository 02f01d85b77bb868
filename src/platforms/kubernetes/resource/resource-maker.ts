import { FlotillaError } from "../../../core/errors.ts";
import { kindOf, type ResourceManifest, type ResourceWork } from "../../../core/resource-work.ts";
import type { AttemptSpec } from "../../platform.ts";
import type { KubeAnswer, KubeClient } from "../kube-client.ts";
import { creationWaiting, type Waiting } from "../pod-waiting.ts";
import { findKind, type ResourceKind } from "./find-kind.ts";
import { makeResource } from "./make-resource.ts";
import { noteResource } from "./resource-attempt.ts";
import { createResource } from "./resource-calls.ts";
import type { ResourceObject } from "./resource-object.ts";

export interface ResourceMakerOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The project's `.flotilla` folder. */
  readonly directory: string;
  /** Those that may be made: `batch/v1/Job`. */
  readonly kinds: readonly string[];
  /** Resolves when objects of the kind are being watched. */
  readonly watch: (kind: ResourceKind) => Promise<void>;
}

export type Asked =
  | { readonly type: "there"; readonly kind: ResourceKind; readonly object: ResourceObject }
  | { readonly type: "waits"; readonly waiting: Waiting };

/** Asks the cluster for the objects of attempts. */
export class ResourceMaker {
  readonly #options: ResourceMakerOptions;
  readonly #kinds = new Map<string, ResourceKind>();

  constructor(options: ResourceMakerOptions) {
    this.#options = options;
  }

  /**
   * The object under the attempt's name: made just now, or there already, whosoever it is. Idempotent.
   * @throws FlotillaError `TASK_CONFIG` where it can never be made as it is described; `CLUSTER_REFUSED`, and what
   * `KubeClient.request` throws; what the disk refuses
   */
  async ask(spec: AttemptSpec, work: ResourceWork): Promise<Asked> {
    const { client, namespace, directory, watch } = this.#options;
    const object = makeResource(spec, work, namespace);
    const kind = await this.#kindOf(work.manifest);
    // Whoever may not look would not see its end.
    await watch(kind);
    noteResource(directory, spec.id, { kind, keep: work.keep });
    const created = await createResource(client, kind, object);
    if (created.type === "there") return { type: "there", kind, object: created.object };
    const waiting = refusalOf(created.answer, kind);
    if (waiting.hopeless) throw new FlotillaError("TASK_CONFIG", waiting.why);
    return { type: "waits", waiting };
  }

  async #kindOf(manifest: ResourceManifest): Promise<ResourceKind> {
    const { client, namespace, kinds } = this.#options;
    const name = kindOf(manifest);
    // The plan was refused for the same reason, unless the profile has changed since.
    if (!kinds.includes(name))
      throw new FlotillaError("TASK_CONFIG", `the profile does not list ${name} among the resources of its platform`);
    const kind = this.#kinds.get(name) ?? (await findKind(client, namespace, manifest));
    this.#kinds.set(name, kind);
    return kind;
  }
}

/** What keeps an object from being made. */
function refusalOf(answer: KubeAnswer, { name }: ResourceKind): Waiting {
  const { status, body } = answer;
  const message = typeof body["message"] === "string" ? body["message"] : `status ${status}`;
  // Quotas are counted by comparing and swapping, and somebody else was quicker; or one of the name went just now.
  if (status === 409) return { hopeless: false, why: `it could not be made just now: ${message}` };
  if (status === 400 || status === 422)
    return { hopeless: true, why: `the cluster refuses its manifest (${name}): ${message}` };
  return creationWaiting(answer);
}
