/**
 * Places things on a line, in their order, as near to where each wants to be as the least distances allow: the least sum
 * of weighted squares, exactly (pool adjacent violators). `distances[i]` lies between `i - 1` and `i`.
 */
export function spread(wishes: readonly number[], weights: readonly number[], distances: readonly number[]): number[] {
  // With the distances taken off, places need only not fall; a pool is a run of things that push each other.
  const offsets: number[] = [];
  const pools: { place: number; weight: number; size: number }[] = [];
  let offset = 0;
  for (let index = 0; index < wishes.length; index++) {
    if (index > 0) offset += distances[index]!;
    offsets.push(offset);
    let pool = { place: wishes[index]! - offset, weight: weights[index]!, size: 1 };
    while (pools.length > 0 && pools.at(-1)!.place >= pool.place) {
      const above = pools.pop()!;
      const weight = above.weight + pool.weight;
      pool = {
        place: (above.place * above.weight + pool.place * pool.weight) / weight,
        weight,
        size: above.size + pool.size,
      };
    }
    pools.push(pool);
  }
  const places: number[] = [];
  for (const { place, size } of pools) for (let index = 0; index < size; index++) places.push(place);
  return places.map((place, index) => place + offsets[index]!);
}
