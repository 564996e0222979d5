import { type Document, isScalar, isSeq, type Node } from 'yaml';
import { fieldOf, followed, type Kustomization, memberOf } from './kustomization.ts';

/** What a kustomization expects behind a reference. */
export type ReferenceRole =
  /** A file of objects, or a directory with a kustomization; a git URL means a directory elsewhere. */
  | 'resource'
  /** A directory with a Component. */
  | 'component'
  /** Configuration of a built-in plugin: like a resource, or inline YAML; may itself name files. */
  | 'plugin'
  /** A file. */
  | 'file';

/** A path or URL that a kustomization refers to. */
export interface Reference {
  readonly field: string;
  readonly role: ReferenceRole;
  readonly value: string;
  /** 1-based line in the kustomization file. */
  readonly line: number;
  /** Where the scalar stands in the text: start and end offset. */
  readonly range: readonly [number, number];
}

const lists: Readonly<Record<string, ReferenceRole>> = {
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

/** Lists of maps with a `path`. */
const withPath: readonly string[] = ['patches', 'patchesJson6902', 'replacements'];
const generators: readonly string[] = ['configMapGenerator', 'secretGenerator'];

/** Everything that a kustomization reads from elsewhere, in the file's order within each field. */
export function referencesOf(kustomization: Kustomization): readonly Reference[] {
  const { document } = kustomization;
  if (!document) return [];
  const found: Reference[] = [];
  const add = (field: string, role: ReferenceRole, node: Node | undefined, value?: string) => {
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return;
    const [start, end] = node.range;
    found.push({ field, role, value: value ?? node.value, line: kustomization.lineOf(start), range: [start, end] });
  };
  for (const [field, role] of Object.entries(lists)) {
    for (const item of itemsOf(fieldOf(document, field), document)) {
      // An inline patch has several lines, a path has one.
      if (field !== 'patchesStrategicMerge' || !isInline(item)) add(field, role, item);
    }
  }
  for (const field of withPath) {
    for (const item of itemsOf(fieldOf(document, field), document))
      add(field, 'file', memberOf(item, 'path', document));
  }
  const openapi = fieldOf(document, 'openapi');
  if (openapi) add('openapi', 'file', memberOf(openapi, 'path', document));
  for (const field of generators) {
    for (const item of itemsOf(fieldOf(document, field), document)) addGenerated(field, item, document, add);
  }
  return found;
}

/** Fields of kustomize that run programs or fetch charts; see FIELD-NOTES "Known attacks on renderers". */
export function forbiddenFieldOf(
  kustomization: Kustomization,
): { readonly field: string; readonly line: number } | undefined {
  const { document } = kustomization;
  if (!document) return undefined;
  for (const field of ['helmCharts', 'helmGlobals', 'helmChartInflationGenerator']) {
    const node = fieldOf(document, field);
    if (node) return { field, line: kustomization.lineOf(node.range?.[0] ?? 0) };
  }
  return undefined;
}

/** Whether a scalar is YAML text rather than a path. */
export function isInlineYaml(value: string): boolean {
  return value.includes('\n') || /^\s*[{[]/.test(value) || /^[\w.]+:\s/.test(value);
}

type Add = (field: string, role: ReferenceRole, node: Node | undefined, value?: string) => void;

function addGenerated(field: string, generator: Node, document: Document, add: Add): void {
  for (const item of itemsOf(memberOf(generator, 'files', document), document)) {
    if (isScalar(item) && typeof item.value === 'string') add(field, 'file', item, afterKey(item.value));
  }
  for (const item of itemsOf(memberOf(generator, 'envs', document), document)) add(field, 'file', item);
  add(field, 'file', memberOf(generator, 'env', document));
}

/** `key=path` or `path`. */
export function afterKey(value: string): string {
  return value.includes('=') ? value.slice(value.indexOf('=') + 1) : value;
}

function itemsOf(node: Node | undefined, document: Document): readonly Node[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => followed(item as Node, document) ?? []);
}

function isInline(node: Node): boolean {
  return isScalar(node) && typeof node.value === 'string' && isInlineYaml(node.value);
}
