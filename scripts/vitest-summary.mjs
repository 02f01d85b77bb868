// A vitest reporter that writes what test.mjs sums up: counts by project, each skipped test with its reason, and each that
// passed only when it was tried again. The reason is the note that the test skips with, or stands in brackets in a title.
import { writeFileSync } from "node:fs";

export default class Summary {
  onTestRunEnd(modules, unhandledErrors) {
    const projects = {};
    const of = (name) => (projects[name] ??= { passed: 0, failed: 0, skipped: [], again: [] });
    for (const module of modules) {
      const project = of(module.project.name);
      // A file that throws while it is read has no tests that could fail.
      if (module.errors().length > 0) project.failed++;
      for (const test of module.children.allTests()) count(project, test, module.relativeModuleId);
    }
    if (unhandledErrors.length > 0) of("unhandled errors").failed += unhandledErrors.length;
    writeFileSync(process.env.TEST_SUMMARY_FILE, JSON.stringify(projects));
  }
}

function count(project, test, file) {
  const { state, note } = test.result();
  if (test.diagnostic()?.flaky) project.again.push(`${file} > ${test.fullName}`);
  if (state === "passed") project.passed++;
  else if (state === "failed") project.failed++;
  else project.skipped.push(`${file} > ${test.fullName}${reasonOf(note, test.fullName)}`);
}

function reasonOf(note, title) {
  if (note !== undefined) return `: ${note}`;
  return /\(.+\)/.test(title) ? "" : ": no reason given";
}
