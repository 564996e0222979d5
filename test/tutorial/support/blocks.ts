/** A block of commands of the tutorial, as it is written there. */
export interface Block {
  readonly text: string;
  /** It is the installation, which another test tries. */
  readonly installs: boolean;
  /** Where it goes on: in the sandbox, or on a real forge. */
  readonly part: 'sandbox' | 'forge';
  /** The terminal in which it goes on running; undefined: it ends before the next block. */
  readonly terminal?: string;
  /** What it has printed when the reader goes on; only of one that goes on running. */
  readonly until?: string;
  /** The terminal in which what runs must have ended before. */
  readonly ends?: string;
  /** The exit code of its last command. */
  readonly code: number;
}

/** Reads the `sh` blocks of a Markdown text in their order. What stands behind `sh` is for this test; readers do not see it. */
export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```sh([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, marks = '', text = '']) => {
    const named = new Map(
      [...marks.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, name = '', quoted, plain]) => [name, quoted ?? plain]),
    );
    return {
      text,
      installs: marks.trim() === 'install',
      part: /^ forge\b/.test(marks) ? 'forge' : 'sandbox',
      terminal: named.get('terminal'),
      until: named.get('until'),
      ends: named.get('ends'),
      code: Number(named.get('code') ?? 0),
    };
  });
}
