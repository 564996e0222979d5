import { posix } from 'node:path';
import { sameRepository } from '../../fleet/source-url.ts';
import type { DirectoryNode, FileNode } from './nodes.ts';
import type { Reference } from './references.ts';
import { isInlineYaml } from './references.ts';
import { parseReference } from './repository-url.ts';
import { find, type Source } from './tree.ts';

/** Where a reference leads. */
export type Resolved =
  /** `path` is where the kustomization looks for it, which for symlinks is not where it lies. */
  | { readonly kind: 'file'; readonly path: string; readonly file: FileNode }
  | { readonly kind: 'directory'; readonly path: string; readonly directory: DirectoryNode }
  /** A git URL of this very platform at main: the path means the commit that is rendered. */
  | { readonly kind: 'main'; readonly path: string }
  | { readonly kind: 'inline' }
  /** A sentence on what is wrong and what to do. */
  | { readonly kind: 'refused'; readonly why: string };

/** How kustomizations may refer to the platform's own source repository. */
export interface OwnRepository {
  readonly urls: readonly string[];
  /** The branch that refs may name. */
  readonly mainBranch: string;
}

/** Whether a ref means main's commit at hand. */
function isMain(ref: string, mainBranch: string): boolean {
  return ['', 'HEAD', mainBranch, `refs/heads/${mainBranch}`, `heads/${mainBranch}`].includes(ref);
}

/**
 * Follows one reference of the kustomization in `directory`, in the order in which kustomize tries: a local
 * file, a git URL, a local directory. `own` is this platform's source repository.
 */
export function resolveReference(
  source: Source,
  directory: DirectoryNode,
  reference: Pick<Reference, 'role' | 'value'>,
  own: OwnRepository,
): Resolved {
  const { role, value } = reference;
  if (role === 'plugin' && isInlineYaml(value)) return { kind: 'inline' };
  const local = locally(source, directory, value);
  if (local.kind === 'file' && role !== 'component') return local;
  const parsed = parseReference(value);
  if (parsed.kind === 'local') return local.kind === 'directory' && role === 'file' ? notAFile(value) : local;
  if (parsed.kind === 'remote' || role === 'file') return remote(value);
  const { repository, path, ref } = parsed.reference;
  if (!own.urls.some((known) => sameRepository(known, repository))) return remote(value);
  if (isMain(ref, own.mainBranch)) return { kind: 'main', path };
  return refused(
    `${JSON.stringify(shownUrl(value))} refers to main at ${JSON.stringify(ref)}. Fairlead renders the base at the commit ` +
      `that is promoted: write ref=${own.mainBranch}, or leave it out`,
  );
}

/** What kustomize would find in the file system; it cleans the path before it follows symlinks. */
function locally(source: Source, directory: DirectoryNode, value: string): Resolved {
  if (value === '') return refused('an empty path; remove it or name a file or directory');
  if (value.startsWith('/'))
    return refused(`${JSON.stringify(value)} is an absolute path; write it relative to this file`);
  const path = posix.join(directory.path, value).replace(/\/+$/, '');
  if (path === '..' || path.startsWith('../')) {
    return refused(`${JSON.stringify(value)} leads out of the repository; only what is inside is rendered`);
  }
  const found = find(source.root, path);
  if (found.kind === 'file') return { kind: 'file', path, file: found.file };
  if (found.kind === 'directory') return { kind: 'directory', path, directory: found.directory };
  if (found.kind === 'broken') return refused(`${JSON.stringify(value)} cannot be read: ${found.why}`);
  return refused(`${JSON.stringify(value)} does not exist there (looked for ${path})`);
}

function remote(value: string): Resolved {
  return refused(
    `${JSON.stringify(shownUrl(value))} is elsewhere. Rendering has no network: copy what it names into the repository. ` +
      "(Is it this platform's own repository? Then `source.repository` in main's fairlead.yaml must say so)",
  );
}

function notAFile(value: string): Resolved {
  return refused(`${JSON.stringify(value)} is a directory; name a file`);
}

function refused(why: string): Resolved {
  return { kind: 'refused', why };
}

function shownUrl(value: string): string {
  return value.replace(/^((?:git::)?[a-z]+:\/\/)[^/@]*@/i, '$1');
}
