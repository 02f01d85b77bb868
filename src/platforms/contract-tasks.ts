/** What the `node` task of the platform tests does. */
export function half({ n }: { n: number }): number {
  return n / 2;
}
