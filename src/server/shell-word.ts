/** A word of a command line as it is typed. References are made so that within quotes a shell leaves them alone. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
