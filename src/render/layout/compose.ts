import { createHash } from 'node:crypto';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import type { SourceTree } from '../types.ts';
import { type Branch, openBranch } from './branch.ts';
import { foreignEntries, groupKustomizations } from './foreign.ts';
import { kustomizationText } from './kustomization-text.ts';
import { type Provenance, printProvenance, provenancePath } from './provenance.ts';

/*
 * Invariants of this folder: Fairlead owns the `<group>/<category>` folders that it renders or that the provenance
 * names, the groups' kustomizations and the provenance. Everything else on a branch stays, and stays listed, so that
 * Flux does not prune it. The same render of the same branch gives the same bytes.
 */

/** The files in which a render differs from the branch: path → new content; `null` removes the file. */
export type BranchChanges = ReadonlyMap<string, string | null>;

/** A render, and the branch that it goes to. */
export interface Composition {
  readonly rendered: {
    /** Group → its categories; an emptied group has none, and keeps its kustomization. */
    readonly groups: ReadonlyMap<string, readonly string[]>;
    readonly files: ReadonlyMap<string, string>;
  };
  readonly provenance: Provenance;
  /** The branch's present tree; undefined: it is empty. */
  readonly branch: SourceTree | undefined;
}

/**
 * Works out what a render changes on an environment's branch; see docs/design.md "The GitOps layout". Each
 * `<group>/<category>` is replaced whole, groups of the last provenance that are no longer assigned go, and
 * everything else stays. Throws `Failure` as `parseProvenance` does for the branch's provenance.
 */
export function composeBranch({ rendered, provenance, branch: tree }: Composition): BranchChanges {
  const branch = openBranch(tree);
  const last = branch.provenance?.groups ?? new Map<string, readonly string[]>();
  const wanted = new Map<string, string | null>(rendered.files);
  // Removals come first: what is listed below is only what is still there afterwards.
  const gone = [...last.keys()].filter((group) => !rendered.groups.has(group));
  const groups = [...gone, ...rendered.groups.keys()].map((group) => {
    const now = rendered.groups.get(group) ?? [];
    return { group, now, ours: new Set([...now, ...(last.get(group) ?? [])]) };
  });
  for (const { group, ours } of groups) {
    for (const category of ours) {
      for (const path of branch.filesBelow(`${group}/${category}`)) if (!wanted.has(path)) wanted.set(path, null);
    }
  }
  const staysOnBranch = (path: string) => branch.tree.files.has(path) && wanted.get(path) !== null;
  for (const { group, now, ours } of groups) {
    const foreign = foreignEntries(branch, { group, ours }, staysOnBranch);
    const [own = '', ...others] = groupKustomizations.map((name) => `${group}/${name}`);
    const isGone = now.length + foreign.length === 0 && !rendered.groups.has(group);
    wanted.set(own, isGone ? null : kustomizationText([...now, ...foreign]));
    for (const other of others) wanted.set(other, null);
  }
  wanted.set(provenancePath, provenanceText(provenance));
  removeWhatStandsInTheWay(branch, wanted);
  return new Map(
    [...wanted].filter(([path, text]) => differsFromBranch(branch, path, text)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Prints the provenance. Throws `Failure` RenderFailed for one that could not be read again. */
function provenanceText(provenance: Provenance): string {
  const text = printProvenance(provenance);
  if (text.length <= limits.kustomizationBytes) return text;
  throw new Failure(
    'RenderFailed',
    `The names of its ${provenance.groups.size} groups take ${bytesText(text.length)} in ${provenancePath}, which may have ${bytesText(limits.kustomizationBytes)}. Divide the environment.`,
  );
}

/** Tells whether nothing but the provenance changes, so that the manifests are on the branch already. */
export function sameApartFromProvenance(changes: BranchChanges): boolean {
  return [...changes.keys()].every((path) => path === provenancePath);
}

/** Tells whether a branch that Fairlead has never written to holds files that would be changed or removed. */
export function takesOver(branch: SourceTree | undefined, changes: BranchChanges): boolean {
  if (!branch || branch.files.has(provenancePath)) return false;
  return [...changes.keys()].some((path) => branch.files.has(path));
}

/**
 * Lists the paths in Fairlead's folders that differ from `rendered`. Given a render of the pair that the branch's own
 * provenance names, these are the edits by hand that the next render loses.
 */
export function editsByHand(composition: Composition): readonly string[] {
  return [...composeBranch(composition).keys()].filter((path) => path !== provenancePath);
}

/** Removes a file where a folder is needed, and the files of a folder where a file is. */
function removeWhatStandsInTheWay(branch: Branch, wanted: Map<string, string | null>): void {
  const folders = new Set<string>();
  for (const [path, text] of wanted) {
    if (text === null) continue;
    for (const below of branch.tree.files.has(path) ? [] : branch.filesBelow(path)) wanted.set(below, null);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  for (const folder of folders) if (branch.tree.files.has(folder)) wanted.set(folder, null);
}

function differsFromBranch({ tree }: Branch, path: string, text: string | null): boolean {
  const file = tree.files.get(path);
  if (text === null) return file !== undefined;
  if (file?.mode !== '100644') return true;
  const bytes = Buffer.from(text);
  return !(file.content?.equals(bytes) ?? isBlob(file.oid, bytes));
}

/** Tells whether git gives content this id: of large files, the id alone is known. */
function isBlob(oid: string, bytes: Buffer): boolean {
  const hash = createHash(oid.length === 64 ? 'sha256' : 'sha1').update(`blob ${bytes.length}\0`);
  return hash.update(bytes).digest('hex') === oid;
}
