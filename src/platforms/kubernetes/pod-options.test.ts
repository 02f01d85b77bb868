import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noKubernetes } from "../../../test/engines/kubernetes.ts";
import { beginPod, endOfPod } from "../../../test/helpers/begun-pod.ts";
import { clientOf } from "../../../test/helpers/pod-platform.ts";
import { removePods, takeNamespace, type TestNamespace } from "../../../test/helpers/test-namespace.ts";
import type { SecretRef } from "../../core/secret-ref.ts";
import { waitFor } from "../platform-contract.ts";
import { makeSpec } from "../test-spec.ts";
import { KubeClient } from "./kube-client.ts";
import { findCluster } from "./kubeconfig.ts";
import { podPath } from "./pod-path.ts";
import { readPod } from "./pod-calls.ts";

const reason = noKubernetes === undefined ? "" : ` (${noKubernetes})`;
const secret = (name: string, key: string): SecretRef => ({ kind: "secret", name, key });
const soon = { hopelessMs: 1000, askWhyEveryMs: 300 };

describe.skipIf(noKubernetes !== undefined)(
  `what may be said of pods, on a real cluster${reason}`,
  { timeout: 90_000 },
  () => {
    let taken: TestNamespace;
    let disk = "";
    const inNamespace = (kind: string): string => `/api/v1/namespaces/${taken.name}/${kind}`;
    const make = async (path: string, body: unknown): Promise<void> => {
      const answer = await taken.administrator.request({ method: "POST", path, body });
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    };
    const remove = (path: string): Promise<unknown> => taken.administrator.request({ method: "DELETE", path });
    const asked = (argv: string, more: Parameters<typeof beginPod>[2] = {}): ReturnType<typeof beginPod> =>
      beginPod(taken, ["sh", "-c", argv], more);

    beforeAll(async () => {
      // Nodes are on this machine.
      disk = mkdtempSync(join(tmpdir(), "flotilla-disk-"));
      taken = await takeNamespace();
      await make(inNamespace("secrets"), { metadata: { name: "db" }, stringData: { password: "correct-horse" } });
      await make(inNamespace("configmaps"), { metadata: { name: "settings" }, data: { region: "eu" } });
      // A disk of the node, as a person who runs the cluster may offer it.
      await make("/api/v1/persistentvolumes", {
        metadata: { name: taken.name },
        spec: {
          capacity: { storage: "1Gi" },
          accessModes: ["ReadWriteMany"],
          hostPath: { path: disk, type: "Directory" },
          claimRef: { namespace: taken.name, name: "data" },
          storageClassName: "",
        },
      });
      await make(inNamespace("persistentvolumeclaims"), {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } }, storageClassName: "" },
      });
    }, 120_000);
    afterAll(async () => {
      rmSync(disk, { recursive: true, force: true });
      await removePods(taken);
      await taken.remove();
      const administrator = new KubeClient(findCluster({ kubeconfig: taken.cluster.kubeconfig, environment: {} }));
      await administrator.request({ method: "DELETE", path: `/api/v1/persistentvolumes/${taken.name}` });
      administrator.close();
    });

    it("volumes of each kind, variables and secrets reach the task, at the restricted level", async () => {
      const checks = [
        '[ "$(cat /etc/settings/region)" = eu ]',
        '[ "$(cat /etc/db/password)" = "$TOKEN" ]',
        "grep -q ' /data ' /proc/mounts",
        "! touch /data/x",
        "touch /scratch/x",
        '[ "$REGION" = "eu west" ]',
        // Told by its length: this script itself passes through what would change it.
        "[ ${#ODD} = 14 ]",
        "[ ${#TOKEN} = 13 ]",
        '[ "$FLOTILLA_SECRET_VARIABLES" = TOKEN ]',
        '[ "$(cat "$DB_PASSWORD_FILE")" = "$TOKEN" ]',
        '[ "$(cat /run/secrets/OF_ALL)" = "$TOKEN" ]',
        "grep /run/secrets /proc/mounts | grep -q tmpfs",
      ];
      const script = checks.map((check, index) => `${check} || exit ${index + 10}`).join("\n");
      const begun = await asked(`${script}\nexit 5`, {
        env: { REGION: "eu west", ODD: "$(REGION) $$ $", TOKEN: secret("db", "password") },
        secrets: { OF_ALL: secret("db", "password") },
        volumes: [{ persistentVolumeClaim: "data", to: "/data", readOnly: true }],
        spec: {
          secrets: { DB_PASSWORD: secret("db", "password") },
          kubernetes: {
            safeToEvict: true,
            volumes: [
              { emptyDir: { sizeLimit: "10Mi" }, to: "/scratch" },
              { configMap: "settings", to: "/etc/settings" },
              { secret: "db", to: "/etc/db" },
            ],
            overrides: { labels: { team: "a" } },
          },
        },
      });
      const pod = await readPod(taken.administrator, taken.name, begun.spec.id);
      expect(pod?.metadata).toMatchObject({
        labels: { team: "a" },
        annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" },
      });
      expect(JSON.stringify(pod)).not.toContain("correct-horse");
      expect(await endOfPod(taken, begun)).toEqual({ class: "user", said: "ended with exit code 5" });
    });

    it("affinity, another name for cards and a limit of the disk are what the scheduler goes by", async () => {
      const begun = await asked("true", {
        affinity: { nodeAffinity: {} },
        gpuResource: "example.com/card",
        startWithinMs: 3000,
        spec: { resources: { cpu: 0.05, gpu: 1, diskBytes: 2 ** 20 } },
      });
      const pod = await readPod(taken.administrator, taken.name, begun.spec.id);
      expect(pod?.spec).toMatchObject({ affinity: { nodeAffinity: {} } });
      expect(pod?.spec?.containers[0]?.resources?.limits).toEqual({
        "example.com/card": "1",
        "ephemeral-storage": "1048576",
      });
      const said = expect.stringContaining("Insufficient example.com/card") as string;
      expect(await endOfPod(taken, begun)).toMatchObject({ class: "capacity", said });
    });

    it.each([
      [
        "a secret",
        { spec: { secrets: { X: secret("nowhere", "key") } } },
        /secret "nowhere" not found.*is its name right/,
      ],
      ["a key of a secret", { spec: { secrets: { X: secret("db", "no-such-key") } } }, /no-such-key/],
      ["a secret of a variable", { env: { X: secret("nowhere", "key") } }, /secret "nowhere" not found/],
      ["a config map", { volumes: [{ configMap: "nowhere", to: "/x" }] }, /configmap "nowhere" not found/],
      [
        "a claim",
        { volumes: [{ persistentVolumeClaim: "nowhere", to: "/x" }] },
        /persistentvolumeclaim "nowhere" not found/,
      ],
      ["a priority class", { priorityClass: "nowhere" }, /no PriorityClass with name nowhere/],
      ["a service account", { serviceAccount: "nowhere" }, /service account is missing.*nowhere/],
      ["a runtime class", { overrides: { runtimeClassName: "nowhere" } }, /RuntimeClass "nowhere" not found/],
    ])("%s that is missing ends the attempt in words, in time", async (_title, options, said) => {
      const end = await endOfPod(taken, await asked("true", { ...soon, ...options }));
      expect(end).toMatchObject({ class: "config", said: expect.stringMatching(said) as string });
    });

    it("a namespace that is missing, or that we may do nothing in, ends the attempt in words", async () => {
      const missing = await asked("true", { namespace: "flotilla-nowhere" });
      expect(await endOfPod(taken, missing)).toMatchObject({
        class: "config",
        said: expect.stringMatching(/forbidden|does not exist/) as string,
      });
      const forbidden = await asked("true", { namespace: "default" });
      const said = expect.stringContaining("the cluster does not let us create it") as string;
      expect(await endOfPod(taken, forbidden)).toMatchObject({ class: "config", said });
    });

    it("a quota of nothing ends the attempt in words", async () => {
      await make(inNamespace("resourcequotas"), { metadata: { name: "nothing" }, spec: { hard: { pods: "0" } } });
      try {
        const said = expect.stringContaining("more than the quota of its namespace is in all") as string;
        expect(await endOfPod(taken, await asked("true", soon))).toMatchObject({ class: "config", said });
      } finally {
        await remove(inNamespace("resourcequotas/nothing"));
      }
    });

    it("a pod of somebody else's under the attempt's name is left alone", async () => {
      const id = makeSpec().id;
      const pod = {
        metadata: { name: id, labels: { app: "theirs" } },
        spec: { containers: [{ name: "a", image: "none.invalid/a" }] },
      };
      const restricted = {
        runAsNonRoot: true,
        runAsUser: 1000,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
      };
      await make(podPath(taken.name), {
        ...pod,
        spec: { containers: [{ ...pod.spec.containers[0], securityContext: restricted }] },
      });
      const begun = await asked("true", { spec: { id } });
      const { evidence } = await begun.reports.ended(id);
      expect(evidence.config?.message).toMatch(/is in the namespace already, and is not ours; it was left alone/);
      expect((await readPod(taken.administrator, taken.name, id))?.metadata.deletionTimestamp).toBeUndefined();
      await remove(podPath(taken.name, id));
    });

    it.each([
      ["the disk of the node", { volumes: [{ name: "d", hostPath: { path: "/" } }] }, {}],
      ["the network of the node", { hostNetwork: true }, {}],
      ["the whole node", {}, { privileged: true }],
      ["root", {}, { runAsUser: 0 }],
    ])("what would get past us and asks for %s is refused by the cluster itself", async (_title, spec, container) => {
      const { cluster, name: namespace, token } = taken;
      const client = clientOf({ kubeconfig: cluster.kubeconfig, namespace, token });
      const body = {
        metadata: { name: makeSpec().id },
        spec: { containers: [{ name: "task", image: "a", securityContext: container }], ...spec },
      };
      const answer = await client.request({ method: "POST", path: podPath(namespace), body });
      client.close();
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body["message"]).toMatch(/violates PodSecurity|disallowed by cluster policy/);
    });

    it("credentials that expire while a task runs lose nothing: its end is known once there are new ones", async () => {
      const { cluster, name: namespace, token } = taken;
      let valid = true;
      const access = findCluster({ kubeconfig: cluster.kubeconfig, environment: {} });
      const readCredentials = (): Promise<{ token: string }> => Promise.resolve({ token: valid ? token : "expired" });
      const client = new KubeClient({ ...access, namespace, readCredentials }, { firstWaitMs: 50 });
      const begun = await asked("sleep 3; exit 6", { client, watch: { idleMs: 500, firstWaitMs: 50 } });
      await begun.reports.wait(begun.spec.id, "running");
      valid = false;
      const another = await asked("true", {
        client: new KubeClient({ ...access, namespace, readCredentials }),
        ...soon,
      });
      const refused = await another.reports.ended(another.spec.id);
      expect(refused.evidence.config?.message).toMatch(/does not know us \(401\); .* log in to the cluster again/);
      await waitFor(async () =>
        (await readPod(taken.administrator, taken.name, begun.spec.id))?.status?.phase === "Failed" ? true : undefined,
      );
      valid = true;
      expect(await endOfPod(taken, begun)).toEqual({ class: "user", said: "ended with exit code 6" });
    });
  },
);
