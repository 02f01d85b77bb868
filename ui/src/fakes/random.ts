/** Numbers that look random and are the same each time: 0 ≤ n < 1, by a text. */
export function drawn(seed: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < seed.length; at++) hash = Math.imul(hash ^ seed.charCodeAt(at), 16_777_619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2_246_822_507);
  hash ^= hash >>> 13;
  return (hash >>> 0) / 4_294_967_296;
}

/** An id as runs have them. */
export function fakeId(seed: string): string {
  const digits = "0123456789abcdefghijklmnopqrstuv";
  return Array.from({ length: 26 }, (_, at) => digits[Math.floor(drawn(`${seed} ${at}`) * 32)]).join("");
}
