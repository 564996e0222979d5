/** What stands in provenance that nobody has written in another way than Fairlead. */
export interface PrintedProvenance {
  readonly revision: { readonly main: string; readonly config: string };
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly renderer: Readonly<Record<string, string>>;
}

const [groupsBegin, rendererBegin] = ['groups:', 'renderer:'];

/**
 * Reads provenance as `printProvenance` writes it, line by line; undefined: it is written in another way. A YAML parser takes seconds
 * for as much text, and whoever pushes to the GitOps repository chooses it.
 */
export function readPrinted(text: string): PrintedProvenance | undefined {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [format, revisionLine = ''] = lines;
  const [, main, config] = /^revision: ([0-9a-f]{40})\+([0-9a-f]{40})$/.exec(revisionLine) ?? [];
  const versionsAt = lines.findIndex((line) => line.startsWith(rendererBegin));
  if (format !== 'format: 1' || main === undefined || config === undefined || versionsAt < 0) return undefined;
  const groups = entriesIn(lines.slice(2, versionsAt), groupsBegin, isNames);
  const renderer = entriesIn(lines.slice(versionsAt), rendererBegin, isName);
  return groups && renderer && { revision: { main, config }, groups, renderer: Object.fromEntries(renderer) };
}

/** Reads a map of one line for each entry; undefined: the lines are none. */
function entriesIn<T>(
  [begin, ...lines]: readonly string[],
  name: string,
  isValue: (value: unknown) => value is T,
): ReadonlyMap<string, T> | undefined {
  if (begin === `${name} {}` && lines.length === 0) return new Map();
  if (begin !== name || lines.length === 0) return undefined;
  const entries = new Map<string, T>();
  for (const line of lines) {
    const value = /^ {2}".*(?:"|\])$/.test(line) ? parsed(`{${line}}`) : undefined;
    const [entry, more] = Object.entries(value ?? {});
    if (entry === undefined || more !== undefined || !isValue(entry[1])) return undefined;
    entries.set(entry[0], entry[1]);
  }
  return entries;
}

function parsed(json: string): object | undefined {
  try {
    return JSON.parse(json) as object;
  } catch {
    // It is written in another way.
    return undefined;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string';
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isName);
}
