import type { Evidence } from "../../src/core/evidence.ts";
import type { AttemptId } from "../../src/core/ids.ts";
import type { LogLine, Report } from "../../src/platforms/platform.ts";
import type { PodTasks } from "../../src/platforms/kubernetes/pod-tasks.ts";

/** The task API as the platform sees it; a test says what comes in. */
export class FakePodTasks implements PodTasks {
  readonly admitted: AttemptId[] = [];
  readonly revoked: AttemptId[] = [];
  /** Set where a runner is to tell that its task begins. */
  address: string | undefined;
  heard: number | undefined;
  report: (report: Report) => void = () => undefined;

  async admit({
    id,
  }: {
    readonly id: AttemptId;
  }): Promise<{ command: readonly string[]; env: Record<string, string> }> {
    this.admitted.push(id);
    return { command: ["python3", "-c", "pass"], env: { FLOTILLA_TOKEN: "secret" } };
  }

  containerEnded(): void {
    // Nobody carries outputs here.
  }

  async readmit({ id }: { readonly id: AttemptId }): Promise<void> {
    this.admitted.push(id);
  }

  cancel(): void {}

  async revoke(id: AttemptId): Promise<void> {
    this.revoked.push(id);
  }

  heardAt(): number | undefined {
    return this.heard;
  }

  onReport(listener: (report: Report) => void): void {
    this.report = listener;
  }

  handIn(attempt: AttemptId, evidence: Partial<Evidence> = {}): void {
    const whole = { completed: true, exitCode: 0, ...evidence };
    this.report({ type: "ended", attempt, at: Date.now(), evidence: whole, outputs: { n: { value: 1 } } });
  }

  async *logs(): AsyncIterable<LogLine> {
    yield { at: 1, stream: "stdout", text: "from the task", partial: false };
  }
}
