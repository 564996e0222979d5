import { parse } from 'yaml';
import { Failure } from '../../failure.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import type { ObjectId } from '../types.ts';
import { documentTexts, objectHead } from './object-head.ts';

/** An object as it stands in a manifest. */
export interface ObjectText {
  readonly id: ObjectId;
  /** The YAML document, byte for byte but for blank ends. */
  readonly text: string;
}

/** What of a file's documents is given to the YAML parser at most, in characters: it takes seconds for more. */
const mostParsed = 64 * 1024;

/**
 * Lists the objects of a manifest file. What is no object (a broken edit by hand) is passed over, and so is what is written in
 * another way than kustomize's where there is much of it.
 */
export function objectsIn(text: string): readonly ObjectText[] {
  let left = mostParsed;
  const parsed = (document: string) => {
    const head = objectHead(document);
    left -= head.length;
    return left < 0 ? undefined : parsedId(head);
  };
  return documentTexts(text).flatMap((document) => {
    const id = quickId(document) ?? parsed(document);
    return id ? [{ id, text: document.trimEnd() }] : [];
  });
}

/** Makes the failure of a branch that has more objects in Fairlead's folders than any render brings; `path`: where it was noticed. */
export function tooManyObjects(path: string): Failure {
  return new Failure(
    'Refused',
    `The GitOps branch has more objects in Fairlead's folders than renders bring, the last of them in ${path}. Put the branch right, and retry.`,
  );
}

/** Reads the form that kustomize prints, without a YAML parser, because a first render has thousands of objects. */
function quickId(document: string): ObjectId | undefined {
  const apiVersion = /^apiVersion: ([\w./-]+)$/m.exec(document)?.[1];
  const kind = /^kind: (\w+)$/m.exec(document)?.[1];
  const metadata = /^metadata:\n((?: .*\n?)+)/m.exec(document)?.[1];
  const name = metadata && /^ {2}name: ([\w.:-]+)$/m.exec(metadata)?.[1];
  const namespace = metadata && (/^ {2}namespace: ([\w.-]+)$/m.exec(metadata)?.[1] ?? '');
  if (!apiVersion || !kind || !name || namespace === undefined) return undefined;
  // A quoted namespace is left to the parser.
  return namespace === '' && /^ {2}namespace:/m.test(metadata) ? undefined : { apiVersion, kind, namespace, name };
}

function parsedId(head: string): ObjectId | undefined {
  if (isNestedTooDeep(head)) return undefined;
  try {
    // The parser compares each key with all others where it looks for doubles, and reads the text again for each error that it shows.
    const content: unknown = parse(head, { logLevel: 'silent', uniqueKeys: false, prettyErrors: false });
    const { apiVersion, kind, metadata } = (content ?? {}) as Readonly<Record<string, unknown>>;
    const { name, namespace } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
    if (!apiVersion || !kind || !name) return undefined;
    return { apiVersion: `${apiVersion}`, kind: `${kind}`, name: `${name}`, namespace: `${namespace ?? ''}` };
  } catch {
    // Text that is not YAML was never applied.
    return undefined;
  }
}
