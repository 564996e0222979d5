import { parse } from 'yaml';
import { Failure } from '../../failure.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import type { ObjectId } from '../types.ts';
import { documentTexts, objectHead, withLineFeeds } from './object-head.ts';

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
  return [...eachObject(text)];
}

/** Goes through what `objectsIn` lists, so that whoever has much to read can let others go on. */
export function* eachObject(text: string): Generator<ObjectText> {
  const identify = objectReader();
  for (const document of documentTexts(text)) {
    const id = identify(document);
    if (id) yield { id, text: document.trimEnd() };
  }
}

/** Makes a function that says which object each document of one file is. */
export function objectReader(): (document: string) => ObjectId | undefined {
  let left = mostParsed;
  return (document) => {
    const quick = quickId(withLineFeeds(document));
    if (quick) return quick;
    const head = objectHead(document);
    left -= head.length;
    return left < 0 ? undefined : parsedId(head);
  };
}

/** Makes the failure of a branch that has more objects in Fairlead's folders than any render brings; `path`: where it was noticed. */
export function tooManyObjects(path: string): Failure {
  return new Failure(
    'Refused',
    `The GitOps branch has more objects in Fairlead's folders than renders bring, the last of them in ${path}. Put the branch right, and retry.`,
  );
}

/**
 * Reads the form that kustomize prints, without a YAML parser, because a first render has thousands of objects. It must know all of
 * that form: what a render brings counts, whatever stands beside its name.
 */
function quickId(document: string): ObjectId | undefined {
  const apiVersion = /^apiVersion: ([\w./-]+)$/m.exec(document)?.[1];
  const kind = /^kind: (\w+)$/m.exec(document)?.[1];
  if (!apiVersion || !kind) return undefined;
  const { name, namespace = '' } = metadataTexts(document);
  const [named, inNamespace] = [scalarText(name), namespace === '' ? '' : scalarText(namespace)];
  return named && inNamespace !== undefined ? { apiVersion, kind, namespace: inNamespace, name: named } : undefined;
}

/** Finds how name and namespace are written; block texts of annotations have empty lines, and may be long. */
function metadataTexts(document: string): { name?: string; namespace?: string } {
  const found: { name?: string; namespace?: string } = {};
  const begin = /^metadata:\n/m.exec(document);
  for (let start = begin ? begin.index + begin[0].length : document.length; start < document.length; ) {
    const end = document.indexOf('\n', start);
    const line = document.slice(start, end < 0 ? document.length : end);
    if (line !== '' && !line.startsWith(' ')) break;
    const [, key, text] = /^ {2}(name|namespace):(?: (.*))?$/.exec(line) ?? [];
    if (key === 'name' || key === 'namespace') found[key] = text ?? '""';
    start += line.length + 1;
  }
  return found;
}

/** Reads a name as kustomize writes it; undefined: it is written in another way. */
function scalarText(text = ''): string | undefined {
  if (/^[^\s'"&*!|>%@`{}[\],#?:~-](\S*[^\s:])?$/.test(text)) return text;
  const single = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  const double = /^"((?:[^"\\]|\\["\\]|\\u[\dA-Fa-f]{4}|\\U000[\dA-Fa-f]{5})*)"$/.exec(text)?.[1];
  return double?.replace(/\\(["\\]|u.{4}|U.{8})/g, (_, escaped: string) =>
    escaped.length === 1 ? escaped : characterOf(escaped.slice(1)),
  );
}

function characterOf(digits: string): string {
  const code = Number.parseInt(digits, 16);
  return code > 0x10_ff_ff ? '\ufffd' : String.fromCodePoint(code);
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
