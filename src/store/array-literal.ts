/**
 * PostgreSQL array literals, one per column of a set of rows. `pg` would make them too, but looks at every element anew
 * to find out what it is; a commit of 1,000 tasks has 15,000 elements.
 */
export function numberArray<Row>(rows: readonly Row[], of: (row: Row) => number | undefined): string | null {
  if (rows.length === 0) return null;
  let text = "{";
  for (let i = 0; i < rows.length; i++) text += `${i === 0 ? "" : ","}${of(rows[i]!) ?? "NULL"}`;
  return `${text}}`;
}

/** Elements are quoted always, so that an empty text, `NULL` and a comma mean themselves. */
export function textArray<Row>(rows: readonly Row[], of: (row: Row) => string | undefined): string | null {
  if (rows.length === 0) return null;
  let text = "{";
  for (let i = 0; i < rows.length; i++) {
    const element = of(rows[i]!);
    text += `${i === 0 ? "" : ","}${element === undefined ? "NULL" : `"${escape(element)}"`}`;
  }
  return `${text}}`;
}

/** Documents as JSON text; undefined becomes NULL, and so does a JSON null. */
export function jsonArray<Row>(rows: readonly Row[], of: (row: Row) => unknown): string | null {
  return textArray(rows, (row) => {
    const value = of(row);
    return value === undefined || value === null ? undefined : JSON.stringify(value);
  });
}

const special = /["\\\0]/;

function escape(text: string): string {
  return special.test(text) ? storable(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"') : text;
}

/** PostgreSQL's text cannot hold the character NUL, which a task may well print into its error. */
export function storable(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
}
