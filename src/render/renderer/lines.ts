import type { Readable } from 'node:stream';

/** Calls `onLine` for each complete line of UTF-8 text, without its newline. Half a line at the end is dropped. */
export function onLines(stream: Readable, onLine: (line: string) => void): void {
  let parts: string[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [head = '', ...rest] = chunk.split('\n');
    parts.push(head);
    for (const next of rest) {
      const line = parts.join('');
      parts = [next];
      onLine(line);
    }
  });
}

/** Keeps the end of what a stream says, at most `limit` characters. The function that it gives answers what is kept. */
export function keepTail(stream: Readable, limit: number): () => string {
  let tail = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-limit);
  });
  return () => tail.trim();
}
