/** Writes a number with its noun: `1 leaf`, `2 leaves`. */
export function countOf(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}
