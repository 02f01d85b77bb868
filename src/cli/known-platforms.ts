/** The platforms that `make-engine.ts` builds. */
export const platforms = { local: { countsGpus: false }, noop: { countsGpus: true } };
