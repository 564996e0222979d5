import { posix } from 'node:path';
import type { Definition, Image, Link, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { Failure } from '../src/failure.ts';

/** A text in Markdown, by its path in the repository, which is also the one in the package. */
export interface MarkdownFile {
  readonly path: string;
  readonly text: string;
}

/** What is known of the files that links lead to, by their paths in the repository. */
export interface LinkTargets {
  readonly isPacked: (path: string) => boolean;
  /** The address of a file that is not packed; undefined: no repository is known. */
  readonly urlOf: (path: string) => string | undefined;
}

type Reference = Link | Image | Definition;

/**
 * Has links to files that are not in the package lead to the repository. Where that is not known, their words stay without a link.
 * Throws `Failure` where a link is written in a way that is not understood.
 */
export function withLivingLinks({ path, text }: MarkdownFile, { isPacked, urlOf }: LinkTargets): string {
  let result = text;
  // From the end, so that places before it stay what they are.
  for (const reference of relativeReferences(text).reverse()) {
    const { target, anchor } = targetOf(path, reference);
    if (isPacked(target)) continue;
    const { start, end } = placeOf(reference);
    const url = urlOf(target);
    const words = url === undefined ? wordsOf(reference, text) : withUrl(reference, text, `${url}${anchor}`);
    if (words === undefined)
      throw new Failure(
        'InvalidInput',
        `${path}:${reference.position?.start.line}: the link to ${reference.url} cannot be rewritten. Write it as [words](path).`,
      );
    result = result.slice(0, start) + words + result.slice(end);
  }
  return result;
}

/** Lists in sentences the links of a file that lead to no file of its package; empty: none. */
export function deadLinks(
  file: MarkdownFile,
  { packageName, isPacked }: Pick<LinkTargets, 'isPacked'> & { readonly packageName: string },
): readonly string[] {
  return relativeReferences(file.text)
    .filter((reference) => !isPacked(targetOf(file.path, reference).target))
    .map(
      ({ url, position }) =>
        `${packageName}: ${file.path}:${position?.start.line} links to ${url}, which is not in the package.`,
    );
}

function relativeReferences(text: string): Reference[] {
  const found: Reference[] = [];
  const look = (node: Nodes) => {
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') found.push(node);
    if ('children' in node) node.children.forEach(look);
  };
  look(fromMarkdown(text));
  return found.filter(({ url }) => !/^([a-z][a-z\d+.-]*:|\/\/|#)/i.test(url));
}

/** A link within a file leads to the file itself. */
function targetOf(path: string, { url }: Reference): { readonly target: string; readonly anchor: string } {
  const [file = '', ...anchor] = url.split('#');
  const target = posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(file)));
  return { target: target.replace(/\/$/, ''), anchor: anchor.length > 0 ? `#${anchor.join('#')}` : '' };
}

function placeOf({ position }: Nodes): { readonly start: number; readonly end: number } {
  const [start, end] = [position?.start.offset, position?.end.offset];
  if (start === undefined || end === undefined) throw new Error('A parsed text has places.');
  return { start, end };
}

function withUrl(reference: Reference, text: string, url: string): string | undefined {
  const { start, end } = placeOf(reference);
  const written = text.slice(start, end);
  const opening = reference.type === 'definition' ? ']: ' : '](';
  const at = written.lastIndexOf(`${opening}${reference.url}`);
  if (at < 0) return undefined;
  const from = at + opening.length;
  return written.slice(0, from) + url + written.slice(from + reference.url.length);
}

function wordsOf(reference: Reference, text: string): string | undefined {
  if (reference.type === 'image') return reference.alt ?? '';
  if (reference.type === 'definition') return undefined;
  const [first, last] = [reference.children[0], reference.children.at(-1)];
  return first && last ? text.slice(placeOf(first).start, placeOf(last).end) : undefined;
}
