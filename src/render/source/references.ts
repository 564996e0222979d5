import { type Document, isScalar, isSeq, type Node } from 'yaml';
import { fieldOf, followAlias, type Kustomization, memberOf, type ParsedDocument } from './kustomization.ts';
import { type ParsedReference, parseReference } from './repository-url.ts';

/** The kind of thing that a kustomization expects behind a reference. */
export type ReferenceRole =
  /** A file of objects, or a directory with a kustomization; a git URL means a directory elsewhere. */
  | 'resource'
  /** A directory with a Component. */
  | 'component'
  /** The configuration of a built-in plugin: like a resource, or inline YAML. It may name files itself. */
  | 'plugin'
  /** A file. */
  | 'file';

/** A path or URL that a kustomization refers to. */
export interface Reference {
  readonly field: string;
  readonly role: ReferenceRole;
  readonly value: string;
  /** The line in the kustomization file, from 1. */
  readonly line: number;
  /** The offsets in the text at which the scalar begins and ends. */
  readonly range: readonly [number, number];
  /** Answers what `parseReference` says of the value, which is asked for by each group that has the same text. */
  readonly parse: () => ParsedReference;
}

/** Fields that are lists of references. */
const referenceLists: Readonly<Record<string, ReferenceRole>> = {
  resources: 'resource',
  bases: 'resource',
  components: 'component',
  generators: 'plugin',
  transformers: 'plugin',
  validators: 'plugin',
  crds: 'file',
  configurations: 'file',
  patchesStrategicMerge: 'file',
};

/** Fields that are lists of maps with a `path`. */
const pathLists: readonly string[] = ['patches', 'patchesJson6902', 'replacements'];
const generatorLists: readonly string[] = ['configMapGenerator', 'secretGenerator'];

/** Lists everything that a kustomization reads from elsewhere, in the file's order within each field. */
export function referencesOf({ once }: Kustomization): readonly Reference[] {
  return once(findReferences);
}

function findReferences({ document, lineOf }: ParsedDocument): readonly Reference[] {
  if (!document) return [];
  const found: Reference[] = [];
  const addReference = ({ field, role }: Expected, node: Node | undefined, value?: string) => {
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return;
    const [start, end] = node.range;
    const text = value ?? node.value;
    let parsed: ParsedReference | undefined;
    const parse = () => {
      parsed ??= parseReference(text);
      return parsed;
    };
    found.push({ field, role, value: text, line: lineOf(start), range: [start, end], parse });
  };
  for (const [field, role] of Object.entries(referenceLists)) {
    for (const item of itemsOf(fieldOf(document, field), document)) {
      // An inline patch has several lines, a path has one.
      if (field !== 'patchesStrategicMerge' || !isInline(item)) addReference({ field, role }, item);
    }
  }
  for (const field of pathLists) {
    for (const item of itemsOf(fieldOf(document, field), document)) {
      addReference({ field, role: 'file' }, memberOf(item, 'path', document));
    }
  }
  const openapi = fieldOf(document, 'openapi');
  if (openapi) addReference({ field: 'openapi', role: 'file' }, memberOf(openapi, 'path', document));
  for (const field of generatorLists) {
    for (const item of itemsOf(fieldOf(document, field), document)) {
      for (const { node, value } of generatorFiles(item, document)) addReference({ field, role: 'file' }, node, value);
    }
  }
  return found;
}

/**
 * Finds a field that would have kustomize fetch charts and run helm, which rendering refuses: it has no network and
 * runs no programs.
 */
export function forbiddenField({ once }: Kustomization): { readonly field: string; readonly line: number } | undefined {
  return once(findForbidden);
}

function findForbidden({ document, lineOf }: ParsedDocument): ReturnType<typeof forbiddenField> {
  if (!document) return undefined;
  for (const field of ['helmCharts', 'helmGlobals', 'helmChartInflationGenerator']) {
    const node = fieldOf(document, field);
    if (node) return { field, line: lineOf(node.range?.[0] ?? 0) };
  }
  return undefined;
}

/** Tells whether a scalar is YAML text rather than a path. */
export function isInlineYaml(value: string): boolean {
  return value.includes('\n') || /^\s*[{[]/.test(value) || /^[\w.]+:\s/.test(value);
}

/** A field, with the kind of thing that its references lead to. */
type Expected = Pick<Reference, 'field' | 'role'>;

/** A scalar of a generator that names a file. `value`: the path, where the scalar holds more than that. */
interface GeneratorFile {
  readonly node: Node | undefined;
  readonly value?: string;
}

function generatorFiles(generator: Node, document: Document): readonly GeneratorFile[] {
  const files = itemsOf(memberOf(generator, 'files', document), document).flatMap((node) =>
    isScalar(node) && typeof node.value === 'string' ? [{ node, value: pathAfterKey(node.value) }] : [],
  );
  const envs = itemsOf(memberOf(generator, 'envs', document), document).map((node) => ({ node }));
  return [...files, ...envs, { node: memberOf(generator, 'env', document) }];
}

/** Answers the path in `key=path` or `path`. */
export function pathAfterKey(value: string): string {
  return value.includes('=') ? value.slice(value.indexOf('=') + 1) : value;
}

function itemsOf(node: Node | undefined, document: Document): readonly Node[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => followAlias(item as Node, document) ?? []);
}

function isInline(node: Node): boolean {
  return isScalar(node) && typeof node.value === 'string' && isInlineYaml(node.value);
}
