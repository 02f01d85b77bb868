import type { JsonObject } from "../../core/json.ts";
import type { PodVolume } from "../../core/pod-options.ts";
import { type SecretRefs, secretsFolder } from "../../core/secret-ref.ts";

/** The one place in a pod that is certain to be writable for whoever the task runs as. */
export const scratchPath = "/flotilla";

interface Mounted {
  readonly volume: JsonObject;
  readonly mount: JsonObject;
}

/** What a pod mounts and where: our scratch, its secrets in memory, and what a person asked for. */
export function volumesOf(
  asked: readonly PodVolume[] = [],
  secrets: SecretRefs = {},
): { readonly volumes: JsonObject[]; readonly volumeMounts: JsonObject[] } {
  const mounted: Mounted[] = [
    mount("flotilla-scratch", { emptyDir: {} }, { mountPath: scratchPath }),
    ...secretsVolume(secrets),
    ...asked.map(ofPerson),
  ];
  return { volumes: mounted.map(({ volume }) => volume), volumeMounts: mounted.map(({ mount: at }) => at) };
}

function mount(name: string, source: JsonObject, at: JsonObject): Mounted {
  return { volume: { name, ...source }, mount: { name, ...at } };
}

/** One file each, of the names that the task knows; the kubelet keeps such a volume in memory. */
function secretsVolume(secrets: SecretRefs): Mounted[] {
  const sources = Object.entries(secrets).map(([path, { name, key }]) => ({
    secret: { name, items: [{ key, path }] },
  }));
  if (sources.length === 0) return [];
  const volume = { projected: { sources, defaultMode: 0o440 } };
  return [mount("flotilla-secrets", volume, { mountPath: secretsFolder, readOnly: true })];
}

function ofPerson(volume: PodVolume, index: number): Mounted {
  const name = `flotilla-volume-${index + 1}`;
  const mountPath = volume.to;
  if ("persistentVolumeClaim" in volume) {
    const { persistentVolumeClaim: claimName, readOnly = false, subPath } = volume;
    const at = { mountPath, readOnly, ...(subPath === undefined ? {} : { subPath }) };
    return mount(name, { persistentVolumeClaim: { claimName, readOnly } }, at);
  }
  if ("emptyDir" in volume) return mount(name, { emptyDir: { ...volume.emptyDir } as JsonObject }, { mountPath });
  if ("configMap" in volume) return mount(name, { configMap: { name: volume.configMap } }, { mountPath });
  return mount(name, { secret: { secretName: volume.secret } }, { mountPath });
}
