import { type Html, html } from './html.ts';

/**
 * Shows as much of GitHub's Markdown as pull requests use: headings, lists within lists, quotes, fences, folded details, rules, and
 * in a line code, links, bold, italics. Everything else, other HTML included, is shown as it is written; comments are not.
 */
export function markdown(text: string): Html {
  const lines = text
    .replace(/<!--[\s\S]*?-->/g, '')
    .trim()
    .split(/\r?\n/);
  return html`<div class="text">${blocksOf(lines)}</div>`;
}

function blocksOf(lines: readonly string[]): readonly Html[] {
  const blocks: Html[] = [];
  for (let at = 0; at < lines.length; ) {
    const { block, taken } = blockAt(lines, at);
    if (block) blocks.push(block);
    at += taken;
  }
  return blocks;
}

interface Block {
  readonly block?: Html;
  readonly taken: number;
}

const ITEM = /^[-*] +/;
/** What belongs to the item above it: it is indented. */
const BELOW = /^ {2}/;
const QUOTE = /^> ?/;
const DETAILS = /^<details><summary>(.*)<\/summary>$/;
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
  const details = DETAILS.exec(line);
  if (details) {
    const inner = folded(lines.slice(at + 1));
    const summary = html`<summary>${summaryOf(details[1] ?? '')}</summary>`;
    return { block: html`<details>${summary}${blocksOf(inner)}</details>`, taken: inner.length + 2 };
  }
  if (ITEM.test(line)) return list(lines, at);
  const quoted = linesWhile(lines, at, (one) => QUOTE.test(one));
  if (quoted.length > 0) {
    const inner = quoted.map((one) => one.replace(QUOTE, ''));
    const content = inner.some((one) => ITEM.test(one)) ? blocksOf(inner) : broken(inner);
    return { block: html`<blockquote>${content}</blockquote>`, taken: quoted.length };
  }
  const plain = [line, ...linesWhile(lines, at + 1, (one) => !startsBlock(one))];
  return { block: html`<p>${broken(plain)}</p>`, taken: plain.length };
}

/** Takes what is folded, folds within it included. */
function folded(lines: readonly string[]): readonly string[] {
  let depth = 1;
  const end = lines.findIndex((line) => {
    if (DETAILS.test(line)) depth += 1;
    if (line === '</details>') depth -= 1;
    return depth === 0;
  });
  return end < 0 ? lines : lines.slice(0, end);
}

/** A summary is HTML: of its tags `code` is known here, of its entities those by number. */
function summaryOf(text: string): readonly Html[] {
  const decoded = (part: string) => part.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  return text.split(/(<code>[^<]*<\/code>)/).map((part) => {
    const code = /^<code>(.*)<\/code>$/.exec(part)?.[1];
    return code === undefined ? html`${decoded(part)}` : html`<code>${decoded(code)}</code>`;
  });
}

function list(lines: readonly string[], at: number): Block {
  const items: Html[] = [];
  let taken = 0;
  for (let line = lines[at]; line !== undefined && ITEM.test(line); line = lines[at + taken]) {
    const below = linesWhile(lines, at + taken + 1, (one) => BELOW.test(one));
    const inner = blocksOf(below.map((one) => one.replace(BELOW, '')));
    items.push(html`<li>${inline(line.replace(ITEM, ''))}${inner}</li>`);
    taken += 1 + below.length;
  }
  return { block: html`<ul>${items}</ul>`, taken };
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
