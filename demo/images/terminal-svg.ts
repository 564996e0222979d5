/** The size of a cell of the terminal, in pixels. */
const cell = { width: 8.4, height: 19 };
const margin = 16;

/**
 * Draws the lines of a terminal as SVG. Each line has the width of its characters whatever font there is, so that columns stay
 * columns; `title` says what they show. A line that begins with `$ ` is what a person types.
 */
export function terminalSvg(title: string, lines: readonly string[]): string {
  const columns = Math.max(...lines.map((line) => [...line].length));
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = Math.ceil(lines.length * cell.height + 2 * margin);
  const texts = lines.map((line, index) => {
    const length = [...line].length;
    if (length === 0) return '';
    const y = margin + (index + 0.75) * cell.height;
    const colour = line.startsWith('$ ') ? ' fill="#8bd5ff"' : '';
    return `<text x="${margin}" y="${y}" textLength="${(length * cell.width).toFixed(1)}"${colour}>${escaped(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#1b1f24"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6e6e6" xml:space="preserve">
${texts.filter((text) => text !== '').join('\n')}
</g>
</svg>
`;
}

function escaped(text: string): string {
  // The width of a line is given, and leading spaces are part of it.
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`).replaceAll(' ', '&#160;');
}
