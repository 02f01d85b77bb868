/** What stands behind `?` in an address: every field a text, or a list of them when it stands there several times. */
export type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

export function parseSearch(text: string): Search {
  const found = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) found.set(name, [...(found.get(name) ?? []), value]);
  // Without a prototype: a field may be called anything.
  const search: Record<string, string | readonly string[]> = Object.create(null) as Record<string, string>;
  for (const [name, values] of found) search[name] = values.length === 1 ? (values[0] ?? "") : values;
  return { ...search };
}

export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && one !== "") query.append(name, String(one));
  }
  // Keys are full of these, and may stand in a query as they are: addresses stay readable.
  const text = query
    .toString()
    .replaceAll("%5B", "[")
    .replaceAll("%5D", "]")
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

export function oneOf(search: Search, name: string): string | undefined {
  const value = search[name];
  return typeof value === "string" ? value : value?.[0];
}

export function listOf(search: Search, name: string): string[] {
  const value = search[name];
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : [...value];
}
