/** How much of a list is shown, and what is said of the rest. */
export interface ListRoom {
  readonly lines: number;
  readonly characters: number;
  /** Says that so many more are not listed. */
  readonly more: (count: number) => string;
}

/** Shows lines as far as there is room for them, and says how many more there are. */
export function listed(lines: readonly string[], { lines: most, characters, more }: ListRoom): readonly string[] {
  const shown = fitting(lines.slice(0, most), characters);
  const rest = lines.length - shown.length;
  return rest === 0 ? shown : [...shown, `- ${more(rest)}`];
}

/** Takes texts for as long as there is room for them. */
export function fitting(texts: Iterable<string>, room: number): readonly string[] {
  const taken: string[] = [];
  let left = room;
  for (const text of texts) {
    left -= text.length + 1;
    if (left < 0) break;
    taken.push(text);
  }
  return taken;
}
