/** The name, or with a number where it is taken; it is taken from then on. */
export function freeName(wanted: string, taken: Set<string>): string {
  let free = wanted;
  for (let number = 2; taken.has(free); number++) free = `${wanted}-${number}`;
  taken.add(free);
  return free;
}
