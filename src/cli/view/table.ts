import { printableLine } from './view.ts';

/**
 * Writes rows below a headline, with columns aligned and two spaces apart. A column that is empty in all rows is left
 * out. `paintCell` gives a cell of a row its colour.
 */
export function tableLines(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  paintCell: (text: string, row: number, column: number) => string = (text) => text,
): readonly string[] {
  const clean = rows.map((row) => row.map(printableLine));
  const widths = heads.map((head, column) => {
    const widest = Math.max(0, ...clean.map((row) => (row[column] ?? '').length));
    return widest === 0 ? 0 : Math.max(widest, head.length);
  });
  const shown = widths.flatMap((width, column) => (width === 0 ? [] : [{ width, column }]));
  return [heads, ...clean].map((row, index) =>
    shown
      .map(({ width, column }) => {
        const text = row[column] ?? '';
        const painted = index === 0 ? text : paintCell(text, index - 1, column);
        return painted + ' '.repeat(Math.max(0, width - text.length));
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Writes an ISO time as people read it, to the second: `2026-03-01 10:00:05Z`. */
export function timeWords(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
