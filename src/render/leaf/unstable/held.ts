import { limits } from '../../../platform/limits.ts';
import { documentTexts, objectHead } from '../../layout/object-head.ts';
import { objectReader } from '../../layout/objects.ts';
import type { UnstableAnswer } from '../../types.ts';

/** What the GitOps branch holds, of which charts keep what they would make up. */
export interface HeldFiles {
  /** Answers the text of a file of the branch; undefined: there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** True where this is not the branch itself: a placeholder then stands for what is kept and not found. */
  readonly placeholders?: boolean;
}

/** For a render that knows no branch. */
export const withoutBranch: HeldFiles = { read: async () => undefined, placeholders: true };

/**
 * Lists the objects of a file of which something is kept, as they stand there; none where they are larger than an API server takes.
 * Sixteen leaves wait with theirs for a renderer, and whoever pushes to the branch chooses what they are.
 */
export function heldObjects(text: string, answers: readonly UnstableAnswer[]): readonly string[] {
  const wanted = new Set(answers.flatMap(({ answer, object }) => (answer === 'keep' ? [object] : [])));
  const mayBeNamed = nameFilter([...wanted].map((object) => object.slice(object.search(/[/ ][^/ ]*$/) + 1)));
  const identify = objectReader();
  const documents = documentTexts(text);
  // No render brings more.
  if (documents.length > limits.environmentObjects) return [];
  const kept = documents.filter((document) => {
    if (!mayBeNamed(document)) return false;
    const id = identify(document);
    if (id === undefined) return false;
    return wanted.has(`${id.kind} ${id.name}`) || wanted.has(`${id.kind} ${id.namespace}/${id.name}`);
  });
  if (kept.reduce((sum, { length }) => sum + length, 0) > limits.fileBytes) return [];
  // A part of a text would keep the whole of it in memory.
  return kept.map((document) => Buffer.from(document, 'utf8').toString('utf8'));
}

/** What ends a word in a manifest, beside white space. */
const marks = /["'{}[\],]/;

/**
 * Makes a function that tells whether a document may be that of an object with one of these names: reading one takes a parser where it is
 * written by hand. Each word is looked up: a chart may keep of a thousand objects, and its file have megabytes.
 */
function nameFilter(names: readonly string[]): (document: string) => boolean {
  // Such names are no words. Nobody gives them to what a chart makes up.
  if (names.some((name) => marks.test(name))) return () => true;
  const wanted = new Set(names);
  return (document) => {
    const head = objectHead(document);
    if (head.length > limits.kustomizationBytes) return false;
    for (const [word] of head.matchAll(/[^\s"'{}[\],]+/g)) if (wanted.has(word)) return true;
    return false;
  };
}
