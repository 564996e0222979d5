import type { Readable } from 'node:stream';

/** What is done with the lines of a stream. */
export interface LineListener {
  readonly onLine: (line: string) => void;
  /** The most characters of a line. */
  readonly longest: number;
  /** Is called when a line is longer, once; nothing is kept from then on. */
  readonly onExcess: () => void;
}

/** Passes on each complete line of UTF-8 text, without its newline. Half a line at the end is dropped. */
export function onLines(stream: Readable, { onLine, longest, onExcess }: LineListener): void {
  let parts: string[] = [];
  let length = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (length > longest) return;
    const [head = '', ...rest] = chunk.split('\n');
    length = rest.length === 0 ? length + head.length : (rest.at(-1)?.length ?? 0);
    if (length > longest) {
      parts = [];
      return onExcess();
    }
    parts.push(head);
    for (const next of rest) {
      const line = parts.join('');
      parts = [next];
      onLine(line);
    }
  });
}
