import { sameRepository } from '../../platform/repository/unchecked-url.ts';
import { joinPath } from '../../text/path.ts';
import type { DirectoryNode, FileNode } from './nodes.ts';
import { isInlineYaml, type Reference } from './references.ts';
import { parseReference } from './repository-url.ts';
import { findPath, type SourceDirectory } from './tree.ts';

/** The target of a reference. */
export type Resolved =
  /** `path` is where the kustomization looks for it; through symlinks that is not where it lies. */
  | { readonly kind: 'file'; readonly path: string; readonly file: FileNode }
  | { readonly kind: 'directory'; readonly path: string; readonly directory: DirectoryNode }
  /** A git URL of the platform's own repository at main. The path is one in the commit of main that is rendered. */
  | { readonly kind: 'main'; readonly path: string }
  | { readonly kind: 'inline' }
  /** The reference cannot be followed; `why` says what is wrong and what to do, without its full stop. */
  | { readonly kind: 'refused'; readonly why: string };

/** The addresses by which kustomizations may refer to the platform's own source repository. */
export interface OwnRepository {
  readonly urls: readonly string[];
  /** The branch that refs may name. */
  readonly mainBranch: string;
}

/** Tells whether a ref means the commit of main that is rendered. */
function namesMain(ref: string, mainBranch: string): boolean {
  return ['', 'HEAD', mainBranch, `refs/heads/${mainBranch}`, `heads/${mainBranch}`].includes(ref);
}

/**
 * Follows one reference of the kustomization in the directory `from`, in the order in which kustomize tries: a local
 * file, a git URL, a local directory. `own` is the platform's source repository.
 */
export function resolveReference(
  from: SourceDirectory,
  reference: Pick<Reference, 'role' | 'value'> & Partial<Pick<Reference, 'parse'>>,
  own: OwnRepository,
): Resolved {
  const { role, value, parse = () => parseReference(value) } = reference;
  if (role === 'plugin' && isInlineYaml(value)) return { kind: 'inline' };
  const local = resolveLocally(from, value);
  if (local.kind === 'file' && role !== 'component') return local;
  const parsed = parse();
  if (parsed.kind === 'local') return local.kind === 'directory' && role === 'file' ? directoryForFile(value) : local;
  if (parsed.kind === 'remote' || role === 'file') return remoteReference(value);
  const { repository, path, ref } = parsed.reference;
  if (!own.urls.some((known) => sameRepository(known, repository))) return remoteReference(value);
  if (namesMain(ref, own.mainBranch)) return { kind: 'main', path };
  return refusedReference(
    `${JSON.stringify(shownUrl(value))} refers to main at ${JSON.stringify(ref)}. Fairlead renders the base at the commit ` +
      `that is promoted: write ref=${own.mainBranch}, or leave it out`,
  );
}

/** Finds what kustomize would find in the file system. kustomize cleans a path before it follows symlinks. */
function resolveLocally({ source, directory }: SourceDirectory, value: string): Resolved {
  if (value === '') return refusedReference('an empty path; remove it or name a file or directory');
  if (value.startsWith('/'))
    return refusedReference(`${JSON.stringify(value)} is an absolute path; write it relative to this file`);
  const path = joinPath(directory.path, value).replace(/\/+$/, '');
  if (path === '..' || path.startsWith('../')) {
    return refusedReference(`${JSON.stringify(value)} leads out of the repository; only what is inside is rendered`);
  }
  const found = findPath(source.root, path);
  if (found.kind === 'file') return { kind: 'file', path, file: found.file };
  if (found.kind === 'directory') return { kind: 'directory', path, directory: found.directory };
  if (found.kind === 'broken') return refusedReference(`${JSON.stringify(value)} cannot be read: ${found.why}`);
  return refusedReference(`${JSON.stringify(value)} does not exist there (looked for ${path})`);
}

function remoteReference(value: string): Resolved {
  return refusedReference(
    `${JSON.stringify(shownUrl(value))} lies outside of the platform's repository. Rendering has no network: \`fairlead vendor\` copies it into the repository. ` +
      "(If it is the platform's own: the remote `origin`, FAIRLEAD_SOURCE, or `source.repository` in main's fairlead.yaml must name that URL)",
  );
}

function directoryForFile(value: string): Resolved {
  return refusedReference(`${JSON.stringify(value)} is a directory; name a file`);
}

function refusedReference(why: string): Resolved {
  return { kind: 'refused', why };
}

/** Leaves out the user, which may be a token. */
function shownUrl(value: string): string {
  return value.replace(/^((?:git::)?[a-z]+:\/\/)[^/@]*@/i, '$1');
}
