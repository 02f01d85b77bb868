/** Numbers from 0 to 1, the same for equal seeds. */
export function makeRandom(seed: number): () => number {
  let state = seed * 7_919 + 11;
  for (let warm = 0; warm < 5; warm++) state = (state * 48_271) % 2_147_483_647;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
