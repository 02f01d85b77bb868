/** The files that a requirements file takes in (`-r`, `-c`), as they are written there: relative to itself. */
export function includedRequirements(text: string): string[] {
  const lines = text.matchAll(/^\s*(?:-r|-c|--requirement|--constraint)[ =]*([^\s#]+)/gm);
  return [...lines].map(([, included]) => included!).filter((included) => !/^[a-z]+:\/\//.test(included));
}
