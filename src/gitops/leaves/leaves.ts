import * as v from 'valibot';
import { parseAllDocuments } from 'yaml';
import { createBreath } from '../../async/breath.ts';
import { Failure } from '../../failure.ts';
import type { Leaf, LeafObject } from '../../fleet/coverage/identity.ts';
import { type BranchFolders, type FolderKustomization, folderOf } from '../../fleet/coverage/reach.ts';
import type { GitRepository, TreeFile } from '../../git/repository.ts';
import { apiGroup } from '../../object-name.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import { documentTexts, objectHead } from '../../render/layout/object-head.ts';
import { tooManyObjects } from '../../render/layout/objects.ts';
import { groupsByPath } from '../../render/layout/own-folders.ts';
import { createKustomizationReading } from './kustomizations.ts';

/** What a commit of a GitOps branch holds for Flux to apply. */
export interface BranchLeaves {
  /** Group → its leaves. */
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
  /** What leads a Flux Kustomization to manifests. */
  readonly folders: BranchFolders;
}

const kustomizationFile = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;
const manifestFile = /\.(?:ya?ml|json)$/;
/** Annotations of a manifest by which Flux leaves the object on the cluster alone. */
const leftAlone: Readonly<Record<string, readonly string[]>> = {
  'kustomize.toolkit.fluxcd.io/ssa': ['IfNotPresent', 'Ignore'],
  'kustomize.toolkit.fluxcd.io/reconcile': ['disabled'],
};

/** Reads the leaves of a commit, and what leads to them. `groups`: group → its categories, as the provenance says. */
export async function leavesAt(
  repository: GitRepository,
  commit: string,
  groups: ReadonlyMap<string, readonly string[]>,
): Promise<BranchLeaves> {
  const files = await repository.listFiles(commit);
  const folders = leafFolders(files.keys(), groups);
  const isLeaf = new Set([...folders.values()].flat());
  const listing = matching(files, (path) => kustomizationFile.test(path));
  const kustomizations = new Map([...listing].filter(([, { size }]) => size <= limits.kustomizationBytes));
  const manifests = matching(files, (path) => manifestFile.test(path) && !kustomizationFile.test(path));
  const ours = new Map([...manifests].filter(([path]) => isLeaf.has(folderOf(path))));
  checkSizes(ours);
  const blobs = await repository.readBlobs(
    new Set([...kustomizations.values(), ...ours.values()].map(({ oid }) => oid)),
  );
  const listed = new Map<string, FolderKustomization>();
  const objects = new Map<string, LeafObject[]>();
  const breathe = createBreath();
  const read = createKustomizationReading();
  // What people write is small: it is read before what may take too much.
  const contents = [...listing].map(([path, { oid }]) => ({ path, content: blobs.get(oid) }));
  for (const { path, content } of contents.sort((a, b) => (a.content?.length ?? 0) - (b.content?.length ?? 0))) {
    await breathe();
    listed.set(folderOf(path), read(content));
  }
  let left = 2 * limits.environmentObjects;
  for (const [path, { oid }] of ours) {
    const found = await objectsIn(path, { content: blobs.get(oid), most: left }, breathe);
    left -= found.length;
    if (left < 0) throw tooManyObjects(path);
    const inFolder = objects.get(folderOf(path));
    if (inFolder === undefined) objects.set(folderOf(path), [...found]);
    else for (const object of found) inFolder.push(object);
  }
  return {
    leaves: new Map(
      [...folders].map(([group, all]) => [
        group,
        all.map((folder) => ({ folder, objects: objects.get(folder) ?? [] })),
      ]),
    ),
    folders: { manifests: [...manifests.keys()], kustomizations: listed },
  };
}

/**
 * Lists the folders of a GitOps branch that hold a leaf's objects, by group: those below our categories with a file
 * other than the level's kustomization.yaml. See docs/design.md "The GitOps layout".
 */
export function leafFolders(
  paths: Iterable<string>,
  groups: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const folders = new Map([...groups.keys()].map((group) => [group, new Set<string>()]));
  const groupsOf = groupsByPath(groups);
  for (const path of paths)
    if (!path.endsWith('/kustomization.yaml'))
      for (const group of groupsOf(path)) folders.get(group)?.add(path.slice(0, path.lastIndexOf('/')));
  return new Map([...folders].map(([group, found]) => [group, [...found].sort()]));
}

function matching(
  files: ReadonlyMap<string, TreeFile>,
  wanted: (path: string) => boolean,
): ReadonlyMap<string, TreeFile> {
  return new Map([...files].filter(([path, { mode }]) => mode.startsWith('100') && wanted(path)));
}

/** Throws `Failure` for manifests that are larger than any render: they are not even read. */
function checkSizes(ours: ReadonlyMap<string, TreeFile>): void {
  let left: number = limits.environmentOutputBytes;
  for (const [path, { size }] of ours) {
    left -= size;
    if (size <= limits.leafOutputBytes && left >= 0) continue;
    const most = `a leaf has ${bytesText(limits.leafOutputBytes)} at most, and an environment ${bytesText(limits.environmentOutputBytes)}`;
    const what = `${path} on the GitOps branch has ${bytesText(size)}, more than renders bring: ${most}`;
    throw new Failure('Refused', `${what}. Put it back, and retry.`);
  }
}

/** The objects of manifests, by content: contents are remembered by the mirror, so that looks share what they say. */
const knownObjects = new WeakMap<Buffer, readonly LeafObject[]>();

/** Reads which objects a leaf's manifests contain. Throws `Failure` for what is no YAML: nothing could be required of it. */
async function objectsIn(
  path: string,
  { content, most }: { readonly content: Buffer | undefined; readonly most: number },
  breathe: () => Promise<void>,
): Promise<readonly LeafObject[]> {
  if (content === undefined) return [];
  const before = knownObjects.get(content);
  if (before) return before;
  const objects: LeafObject[] = [];
  const documents = documentTexts(content.toString('utf8'));
  // Those that name no object take their time, too.
  if (documents.length > most) throw tooManyObjects(path);
  for (const text of documents) {
    await breathe();
    objects.push(...documentsIn(path, text).flatMap(itemsOf).flatMap(leafObject));
  }
  knownObjects.set(content, objects);
  return objects;
}

function documentsIn(path: string, text: string): readonly unknown[] {
  try {
    const head = objectHead(text);
    // An object's metadata has no more: the parser takes seconds for what others wrote in its place.
    if (head.length > limits.kustomizationBytes) throw new Error(`more than ${bytesText(limits.kustomizationBytes)}`);
    if (isNestedTooDeep(head)) throw new Error('nested too deep');
    const documents = parseAllDocuments(head, options);
    if ('empty' in documents) return [];
    const broken = documents.flatMap(({ errors }) => errors)[0];
    if (broken !== undefined) throw broken;
    return documents.map((each) => each.toJS() as unknown);
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Failure('Refused', `${path} on the GitOps branch is not YAML (${why}): put it back, and retry.`);
  }
}

/** The parser compares each key with all others where it looks for doubles, and reads the text again for each error that it shows. */
const options = { logLevel: 'silent', merge: true, uniqueKeys: false, prettyErrors: false } as const;

const prune = 'kustomize.toolkit.fluxcd.io/prune';
const localConfig = 'config.kubernetes.io/local-config';

const listSchema = v.object({ kind: v.pipe(v.string(), v.endsWith('List')), items: v.array(v.unknown()) });
const objectSchema = v.object({
  apiVersion: v.string(),
  kind: v.string(),
  metadata: v.object({
    name: v.string(),
    namespace: v.nullish(v.string()),
    annotations: v.nullish(v.record(v.string(), v.unknown())),
  }),
});

function itemsOf(document: unknown): readonly unknown[] {
  const list = v.safeParse(listSchema, document);
  return list.success ? list.output.items : [document];
}

/** Answers the object of a document; none for what names no object, such as an empty document. */
function leafObject(document: unknown): readonly LeafObject[] {
  const object = v.safeParse(objectSchema, document);
  if (!object.success) return [];
  const { apiVersion, kind, metadata } = object.output;
  const group = apiGroup(apiVersion);
  const local = metadata.annotations?.[localConfig];
  // kustomize keeps it to itself.
  if (local !== undefined && String(local) !== 'false') return [];
  const optional = Object.entries(leftAlone).some(([name, values]) =>
    values.some((value) => value.toLowerCase() === String(metadata.annotations?.[name]).toLowerCase()),
  );
  const unpruned = String(metadata.annotations?.[prune]).toLowerCase() === 'disabled' ? true : undefined;
  return [{ apiVersion, group, kind, namespace: metadata.namespace ?? '', name: metadata.name, optional, unpruned }];
}
