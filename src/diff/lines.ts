import { structuredPatch } from 'diff';

/** A line of a text of which some lines changed. */
export interface TextLine {
  /** `gap`: lines that did not change are left out here. */
  readonly kind: 'same' | 'added' | 'removed' | 'gap';
  readonly text: string;
}

/** The number of lines added and removed from which two texts have nothing to do with each other. */
const mostEdits = 1_000;
/** The length, in characters, up to which texts are compared line by line. */
const longest = 1024 * 1024;

/**
 * Lists the lines that changed between two texts, each with a line before and after it; undefined: neither has more than one
 * line, or they have nothing to do with each other.
 */
export function changedTextLines(before: string, after: string): readonly TextLine[] | undefined {
  if (![before, after].some((text) => text.trimEnd().includes('\n'))) return undefined;
  if (before.length + after.length > longest) return undefined;
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: 1, maxEditLength: mostEdits });
  if (patch === undefined) return undefined;
  return patch.hunks.flatMap(({ lines }, index) => [
    ...(index === 0 ? [] : [{ kind: 'gap', text: '' } as const]),
    ...lines.map(textLine),
  ]);
}

const kinds = { '+': 'added', '-': 'removed', ' ': 'same' } as const;

function textLine(line: string): TextLine {
  const sign = line.slice(0, 1);
  // The other sign is that of "No newline at end of file".
  return sign === '+' || sign === '-' || sign === ' '
    ? { kind: kinds[sign], text: line.slice(1) }
    : { kind: 'same', text: line };
}
