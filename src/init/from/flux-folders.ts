import { posix } from 'node:path';
import { type Document, isMap, isSeq, parseAllDocuments, parseDocument } from 'yaml';
import { Failure } from '../../failure.ts';
import { sameRepository } from '../../platform/repository/unchecked-url.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import type { DirectoryNode } from '../../render/source/nodes.ts';
import { findPath } from '../../render/source/tree.ts';
import type { Overlay, OverlayRepository } from './overlay.ts';

/** What the Flux Kustomizations of a cluster's folder apply of the same repository. */
export interface FluxFolders {
  readonly overlays: readonly Overlay[];
  /** Sentences on what of it a config branch cannot say. */
  readonly notes: readonly string[];
}

/** The parts of a Flux Kustomization that are read. */
interface FluxKustomization {
  readonly name: string;
  readonly file: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What the GitOps branch's own Flux Kustomization can say, and a config branch cannot. */
const ofFlux: readonly string[] = ['postBuild', 'commonMetadata', 'decryption', 'kubeConfig', 'serviceAccountName'];

/** What a Flux Kustomization does to what it applies, and the field of a kustomization that does the same. */
const sameInKustomize = {
  patches: 'patches',
  images: 'images',
  targetNamespace: 'namespace',
  namePrefix: 'namePrefix',
  nameSuffix: 'nameSuffix',
} as const;

/** Reads the Flux Kustomizations of a folder, as `clusters/staging` has them; undefined: there are none. */
export function fluxFolders(
  repository: OverlayRepository,
  path: string,
  folder: DirectoryNode,
): FluxFolders | undefined {
  const objects = objectsBelow(folder, path);
  const kustomizations = objects.flatMap(({ file, object }) => fluxKustomization(file, object) ?? []);
  if (kustomizations.length === 0) return undefined;
  const foreign = objects.flatMap(({ object }) => foreignSource(object, repository) ?? []);
  const notes: string[] = [];
  const overlays = kustomizations.flatMap((each) => {
    const { name, file, spec } = each;
    const { kind, name: source } = (spec.sourceRef ?? {}) as Readonly<Record<string, unknown>>;
    if (kind !== 'GitRepository' || foreign.includes(`${source}`)) {
      notes.push(
        `${file}: Kustomization ${name} applies ${kind} ${source}, which is not this repository: name its folders with --from, too.`,
      );
      return [];
    }
    const at = posix.join('.', `${spec.path ?? '.'}`).replace(/\/+$/, '');
    const found = findPath(repository.sources.main.root, at);
    if (found.kind !== 'directory' || at === '.' || at === path) {
      if (at !== path)
        notes.push(`${file}: Kustomization ${name} applies ${at}, which is no folder that can be taken.`);
      return [];
    }
    if (spec.components !== undefined)
      throw new Failure(
        'InvalidInput',
        `${file}: Kustomization ${name} has components, which are not taken from there. Write them into the kustomization of ${at} first.`,
      );
    if (spec.suspend === true) {
      notes.push(`${file}: Kustomization ${name} is suspended, and was not taken.`);
      return [];
    }
    const left = ofFlux.filter((field) => spec[field] !== undefined);
    if (left.length > 0)
      notes.push(
        `${file}: Kustomization ${name} has ${left.join(', ')}: give them to the one that applies the GitOps branch.`,
      );
    if (spec.dependsOn !== undefined)
      notes.push(
        `${file}: Kustomization ${name} waits for others (dependsOn). What goes to one group is applied at once, and tried again until it is ready.`,
      );
    return [{ path: at, ...changeOf(spec) }];
  });
  const others = objects.filter(
    ({ file, object }) => fluxKustomization(file, object) === undefined && isObject(object),
  );
  const files = [...new Set(others.map(({ file }) => file))];
  if (files.length > 0)
    notes.push(`Not taken, because only Flux's own Kustomizations are followed: ${files.join(', ')}.`);
  return { overlays, notes };
}

/** Reads the objects of a folder's files, but for what Flux's bootstrap wrote. */
function objectsBelow(
  folder: DirectoryNode,
  path: string,
): readonly { readonly file: string; readonly object: unknown }[] {
  const own = [...folder.files].flatMap(([name, { content }]) => {
    const text = content?.toString('utf8') ?? '';
    if (!/\.ya?ml$/i.test(name) || isNestedTooDeep(text)) return [];
    return parseAllDocuments(text, { logLevel: 'silent' }).flatMap((document: Document) =>
      document.errors.length > 0 ? [] : [{ file: `${path}/${name}`, object: document.toJS() as unknown }],
    );
  });
  const below = [...folder.directories].filter(([name, child]) => name !== 'flux-system' && child.parent === folder);
  return [...own, ...below.flatMap(([name, child]) => objectsBelow(child, `${path}/${name}`))];
}

function isObject(object: unknown): boolean {
  const { apiVersion, kind } = (object ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof kind === 'string' && typeof apiVersion === 'string' && !apiVersion.startsWith('kustomize.config.k8s.io/')
  );
}

function fluxKustomization(file: string, object: unknown): FluxKustomization | undefined {
  const { apiVersion, kind, metadata, spec } = (object ?? {}) as Readonly<Record<string, unknown>>;
  if (kind !== 'Kustomization' || !`${apiVersion}`.startsWith('kustomize.toolkit.fluxcd.io/')) return undefined;
  const { name } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  return { name: `${name}`, file, spec: (spec ?? {}) as FluxKustomization['spec'] };
}

/** Answers the name of a GitRepository of something else. */
function foreignSource(object: unknown, { sources }: OverlayRepository): string | undefined {
  const { kind, metadata, spec } = (object ?? {}) as Readonly<Record<string, unknown>>;
  if (kind !== 'GitRepository') return undefined;
  const { url } = (spec ?? {}) as Readonly<Record<string, unknown>>;
  const { name } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  return sources.own.urls.some((own) => sameRepository(own, `${url}`)) ? undefined : `${name}`;
}

/** Answers what a Flux Kustomization does to the kustomization that it applies, as kustomize-controller writes it there. */
function changeOf(spec: FluxKustomization['spec']): Pick<Overlay, 'change'> {
  const fields = Object.entries(sameInKustomize).filter(([field]) => spec[field] !== undefined);
  if (fields.length === 0) return {};
  return {
    change: (text) => {
      const document: Document = parseDocument(text);
      if (!isMap(document.contents)) document.contents = document.createNode({});
      for (const [field, same] of fields) {
        const value = spec[field];
        const list = document.get(same);
        if (Array.isArray(value) && isSeq(list)) for (const item of value) list.add(document.createNode(item));
        else document.set(same, document.createNode(value));
      }
      return document.toString({ lineWidth: 0 });
    },
  };
}
