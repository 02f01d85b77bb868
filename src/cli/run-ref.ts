/** The run that is named on a command line; the newest if none is. */
export function runRef(given: string | undefined): string {
  return given ?? "latest";
}
