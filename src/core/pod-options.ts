import * as z from "zod";
import { dnsName } from "./dns-names.ts";
import type { JsonObject } from "./json.ts";
import { mergeOverrides, overridesFault, type PodOverrides } from "./pod-overrides.ts";
import { secretsFolder } from "./secret-ref.ts";

const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const quantity = z.string().regex(/^\d+(\.\d+)?([KMGT]i?|k)?$/, { error: "is no size; write 512Mi or 20Gi" });

/** Where in a pod we mount something ourselves. */
const ourPlaces: readonly unknown[] = ["/flotilla", secretsFolder];
const to = z
  .string()
  .regex(/^\/[^:]+$/, { error: "is no absolute path in a container" })
  .refine((path) => !/(^|\/)\.\.?(\/|$)/.test(path), { error: "has . or .. in it" })
  .refine((path) => !ourPlaces.includes(path.replace(/\/+$/, "")), { error: "is kept for us" });
const readOnly = z.boolean().optional();

/** What a pod has beside the image's own files. */
const podVolume = z.union(
  [
    z.strictObject({ persistentVolumeClaim: dnsName, to, readOnly, subPath: z.string().min(1).optional() }),
    z.strictObject({
      /** Empty at first, gone with the pod. `Memory`: it counts towards the task's memory. */
      emptyDir: z.strictObject({ sizeLimit: quantity.optional(), medium: z.literal("Memory").optional() }),
      to,
    }),
    z.strictObject({ configMap: dnsName, to }),
    z.strictObject({ secret: dnsName, to }),
  ],
  {
    error:
      "is no volume; write { persistentVolumeClaim: NAME, to: PATH }, { emptyDir: {}, to }, { configMap: NAME, to } or { secret: NAME, to }",
  },
);
export type PodVolume = z.output<typeof podVolume>;

/** What is checked to have no other fields is one. */
const overrides = jsonObject.superRefine((given, context) => {
  const fault = overridesFault(given);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
}) as z.ZodType as z.ZodType<PodOverrides>;

/** What may be said of all pods of a platform, and of those of one step. */
export const podOptions = z.strictObject({
  /** Labels that a node must have. */
  nodeSelector: z.record(z.string(), z.string()).optional(),
  /** As in a pod. */
  tolerations: z.array(jsonObject).optional(),
  /** As in a pod. */
  affinity: jsonObject.optional(),
  /** Of a name that the cluster knows. */
  priorityClass: dnsName.optional(),
  /** Claims, empty folders, ConfigMaps and Secrets, and where they are in a pod. */
  volumes: z.array(podVolume).optional(),
  /** An autoscaler may take a node away from under it: the attempt is then disrupted, and begun elsewhere. */
  safeToEvict: z.boolean().optional(),
  /** Further fields of the pod, of those that are allowed; others are refused. */
  overrides: overrides.optional(),
});
export type PodOptions = z.output<typeof podOptions>;

/** Those of a step over those of its platform: what both name is the step's; lists are both. */
export function mergePodOptions(platform: PodOptions, step: PodOptions = {}): PodOptions {
  const { nodeSelector, tolerations, volumes, overrides: given } = platform;
  return {
    ...platform,
    ...step,
    ...(nodeSelector && step.nodeSelector ? { nodeSelector: { ...nodeSelector, ...step.nodeSelector } } : {}),
    ...(tolerations && step.tolerations ? { tolerations: [...tolerations, ...step.tolerations] } : {}),
    ...(volumes && step.volumes ? { volumes: [...volumes, ...step.volumes] } : {}),
    ...(given && step.overrides ? { overrides: mergeOverrides(given, step.overrides) } : {}),
  };
}

/** What is wrong with pod options as a whole, in words; undefined if nothing is. */
export function podOptionsFault({ volumes = [], overrides: given = {} }: PodOptions): string | undefined {
  const fault = overridesFault(given as JsonObject);
  if (fault !== undefined) return fault;
  const { volumeMounts = [] } = given;
  const asked = [...volumes.map((volume) => volume.to), ...volumeMounts.map(({ mountPath }) => mountPath)];
  const places = [
    ...ourPlaces,
    ...asked.map((place) => (typeof place === "string" ? place.replace(/\/+$/, "") : place)),
  ];
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  return twice === undefined ? undefined : `two volumes are to be mounted at ${JSON.stringify(twice)}`;
}
