import { git } from '../git/run.ts';
import { type Html, html } from './html.ts';

/** The longest diff that a page shows, in characters. */
const LIMIT = 400_000;

/** Shows the changes from one commit to another, a box for each file. */
export async function diffOf(directory: string, range: readonly string[]): Promise<Html> {
  const text = await git(directory, ['diff', '--no-color', '--no-ext-diff', '--find-renames', ...range]);
  const files = text
    .slice(0, LIMIT)
    .split(/^diff --git /m)
    .slice(1);
  const cut = text.length > LIMIT ? html`<p class="notice">The diff is long and was cut here.</p>` : undefined;
  if (files.length === 0) return html`<p class="dim">No files are changed.</p>`;
  return html`<p class="dim">${files.length} changed files</p>${files.map(fileBox)}${cut}`;
}

function fileBox(diff: string): Html {
  const [names = '', ...lines] = diff.trimEnd().split('\n');
  const path = / b\/(.*)$/.exec(names)?.[1] ?? names;
  const start = lines.findIndex((line) => line.startsWith('@@'));
  const head = start < 0 ? lines : lines.slice(0, start);
  const word = head.some((line) => line.startsWith('new file'))
    ? 'added'
    : head.some((line) => line.startsWith('deleted file'))
      ? 'removed'
      : 'changed';
  const body = start < 0 ? head : lines.slice(start);
  return html`<section class="box"><h2>${path} <span class="dim">${word}</span></h2>
<pre class="diff">${body.map(lineOf)}</pre></section>`;
}

function lineOf(line: string): Html {
  const kinds: Readonly<Record<string, string>> = { '+': 'add', '-': 'del', '@': 'hunk' };
  return html`<span class="${kinds[line[0] ?? ''] ?? ''}">${line || ' '}</span>`;
}
