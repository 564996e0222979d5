import { type Html, html } from './html.ts';

/**
 * Shows as much of GitHub's Markdown as pull requests use: headings, lists, quotes, fences, rules, and in a line
 * code, links, bold, italics. Everything else, HTML included, is shown as it is written; comments are not.
 */
export function markdown(text: string): Html {
  const lines = text
    .replace(/<!--[\s\S]*?-->/g, '')
    .trim()
    .split(/\r?\n/);
  const blocks: Html[] = [];
  for (let at = 0; at < lines.length; ) {
    const { block, taken } = blockAt(lines, at);
    if (block) blocks.push(block);
    at += taken;
  }
  return html`<div class="text">${blocks}</div>`;
}

interface Block {
  readonly block?: Html;
  readonly taken: number;
}

const ITEM = /^[-*] +/;
const QUOTE = /^> ?/;
const FENCE = /^```/;
const HEADING = /^(#{1,6}) +(.*)$/;
const RULE = /^---+$/;

function blockAt(lines: readonly string[], at: number): Block {
  const line = lines[at] ?? '';
  if (line.trim() === '') return { taken: 1 };
  if (RULE.test(line)) return { block: html`<hr>`, taken: 1 };
  const heading = HEADING.exec(line);
  if (heading) return { block: html`<h3>${inline(heading[2] ?? '')}</h3>`, taken: 1 };
  if (FENCE.test(line)) return fence(lines, at);
  const items = linesWhile(lines, at, (one) => ITEM.test(one));
  if (items.length > 0) {
    const list = items.map((item) => html`<li>${inline(item.replace(ITEM, ''))}</li>`);
    return { block: html`<ul>${list}</ul>`, taken: items.length };
  }
  const quoted = linesWhile(lines, at, (one) => QUOTE.test(one));
  if (quoted.length > 0) {
    const inner = quoted.map((one) => one.replace(QUOTE, ''));
    return { block: html`<blockquote>${broken(inner)}</blockquote>`, taken: quoted.length };
  }
  const plain = [line, ...linesWhile(lines, at + 1, (one) => !startsBlock(one))];
  return { block: html`<p>${broken(plain)}</p>`, taken: plain.length };
}

function fence(lines: readonly string[], at: number): Block {
  const inner = linesWhile(lines, at + 1, (one) => !FENCE.test(one));
  return { block: html`<pre>${inner.join('\n')}</pre>`, taken: inner.length + 2 };
}

function startsBlock(line: string): boolean {
  return line.trim() === '' || [ITEM, QUOTE, FENCE, HEADING, RULE].some((pattern) => pattern.test(line));
}

function linesWhile(lines: readonly string[], from: number, belongs: (line: string) => boolean): readonly string[] {
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => !belongs(line));
  return end < 0 ? rest : rest.slice(0, end);
}

/** GitHub keeps the line breaks of comments. */
function broken(lines: readonly string[]): readonly Html[] {
  return lines.map((line, index) => html`${index === 0 ? undefined : html`<br>`}${inline(line)}`);
}

const SPAN = new RegExp(
  [
    /\\(?<escaped>[\\`*_{}[\]<>()#+.!|-])/,
    /`(?<code>[^`]+)`/,
    /\[(?<text>(?:\\.|`[^`]*`|[^\]\\])*)\]\((?<url>https?:[^\s)]+)\)/,
    /\*\*(?<bold>.+?)\*\*/,
    /\*(?<italic>[^*\s][^*]*)\*/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

function inline(text: string): readonly Html[] {
  const found = SPAN.exec(text);
  if (found === null) return [html`${text}`];
  const before = html`${text.slice(0, found.index)}`;
  return [before, span(found.groups ?? {}), ...inline(text.slice(found.index + found[0].length))];
}

function span({ escaped, code, text, url, bold, italic }: Readonly<Record<string, string | undefined>>): Html {
  if (code !== undefined) return html`<code>${code}</code>`;
  if (url !== undefined) return html`<a href="${url}">${inline(text ?? '')}</a>`;
  if (bold !== undefined) return html`<b>${inline(bold)}</b>`;
  if (italic !== undefined) return html`<i>${inline(italic)}</i>`;
  return html`${escaped}`;
}
