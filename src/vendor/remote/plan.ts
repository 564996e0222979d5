import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import { isSha } from '../../git/names.ts';
import type { GitRepositories, GitRepository } from '../../git/repository.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import { applySplices, pathScalar } from '../../render/leaf/edit.ts';
import { isThisMachine } from '../../this-machine.ts';
import type { BasePlan, VendorPermits } from '../base-plan.ts';
import { digestFiles, lockName, lockText, type RemoteRecord, type VendorLock } from '../lock.ts';
import { changesFrom, filesBelow, type Scope } from '../wanted.ts';
import { readClosure } from './closure.ts';
import { checkCopiedPath } from './names.ts';
import { type KustomizationFile, placeOfReference, type RemoteReference } from './references.ts';

/** The means to fetch bases of other repositories. */
export interface RemoteTools {
  readonly scope: Scope;
  readonly repositories: GitRepositories;
  readonly permits: VendorPermits;
}

/** A repository, of which a kustomization refers to directories at one commit. */
interface Wanted {
  readonly repository: string;
  readonly commit: string;
  readonly paths: readonly string[];
  readonly references: readonly RemoteReference[];
}

/**
 * Plans to copy what a kustomization refers to in other repositories into its directory, and to write the references as
 * paths; undefined: there is nothing to do. Throws `Failure` with file, line, value and what to do.
 */
export async function planRemotes(
  kustomization: KustomizationFile,
  lock: VendorLock | undefined,
  tools: RemoteTools,
): Promise<BasePlan | undefined> {
  const { directory, remote } = kustomization;
  const before = lock?.remotes ?? [];
  if (remote.length === 0 && before.length === 0) return undefined;
  const recorded = before.map((record) => stillUsed(record, kustomization));
  const wanted = await wantedOf(kustomization, tools);
  const remotes: RemoteRecord[] = [];
  const files = new Map<string, Buffer>();
  for (const each of merged(wanted, recorded)) {
    const last = before.find(({ directory: at }) => at === copyDirectory(each.repository));
    const { record, contents } = await copied(each, { kustomization, before: last, tools });
    remotes.push(record);
    for (const [path, content] of contents) files.set(posix.join(record.directory, path), content);
  }
  for (const record of before) refuseEdited({ record, files, directory }, tools);
  files.set(posix.basename(kustomization.path), Buffer.from(rewritten(kustomization)));
  if (remotes.length > 0 || lock?.chart) files.set(lockName, Buffer.from(lockText({ chart: lock?.chart, remotes })));
  const replaced = [...before, ...remotes].map((record) => record.directory);
  const isOurs = (name: string) =>
    name === lockName || files.has(name) || replaced.some((at) => name.startsWith(`${at}/`));
  const changes = changesFrom(tools.scope.tree, { directory, wanted: files, isOurs });
  if (changes.size === 0) return undefined;
  return {
    path: directory,
    what: remotes
      .map(({ repository, paths }) => `${repository} (${paths.map((path) => path || '/').join(', ')})`)
      .join(', '),
    digest: remotes.map(({ commit }) => commit).join(', ') || 'nothing any more',
    before: before.map(({ repository, commit }) => `${repository} at ${commit}`).join(', ') || undefined,
    changes,
  };
}

/** Answers the record with those paths alone to which the kustomization still refers. */
function stillUsed(record: RemoteRecord, { references }: KustomizationFile): RemoteRecord {
  const used = new Set(references.map(({ value }) => posix.normalize(value).replace(/\/+$/, '')));
  return { ...record, paths: record.paths.filter((path) => used.has(posix.join(record.directory, path))) };
}

async function wantedOf(kustomization: KustomizationFile, tools: RemoteTools): Promise<readonly Wanted[]> {
  const found = new Map<string, Wanted>();
  for (const reference of kustomization.remote) {
    const { repository, path, ref } = reference.git;
    const place = placeOfReference(kustomization, reference);
    await checkPinned({ place, reference, tools });
    const at = copyDirectory(repository);
    const earlier = found.get(at);
    if (earlier && earlier.commit !== ref)
      throw new Failure(
        'InvalidInput',
        `${place}: it refers to ${repository} at ${ref}, and line ${earlier.references[0]?.line} at ${earlier.commit}. Write the same commit.`,
      );
    found.set(at, {
      repository,
      commit: ref,
      paths: [...new Set([...(earlier?.paths ?? []), path])],
      references: [...(earlier?.references ?? []), reference],
    });
  }
  return [...found.values()];
}

/** Throws for a file, which has no commit, and for a ref that may be another commit tomorrow. */
async function checkPinned(asked: {
  readonly place: string;
  readonly reference: RemoteReference;
  readonly tools: RemoteTools;
}): Promise<void> {
  const { place, reference, tools } = asked;
  const { repository, path, ref } = reference.git;
  if (/\.(ya?ml|json)$/i.test(path))
    throw new Failure(
      'InvalidInput',
      `${place}: a file by HTTP is at no commit. Download it into this directory, and write its name here.`,
    );
  if (isSha(ref)) return;
  const now = await opened(repository, { place, tools }).resolveCommit(ref || 'HEAD');
  if (now === undefined)
    throw new Failure('NotFound', `${place}: ${repository} has no commit ${JSON.stringify(ref)}. Check the spelling.`);
  throw new Failure(
    'Refused',
    `${place}: ${ref === '' ? 'without a ref it' : `ref=${ref}`} may be another commit tomorrow. Write the commit that it is now: ref=${now}`,
  );
}

function opened(
  repository: string,
  { place, tools }: { readonly place: string; readonly tools: RemoteTools },
): GitRepository {
  const url = checkRepositoryUrl(repository);
  const { protocol, hostname, host } = new URL(url.kind === 'http' ? url.href : 'ssh://host');
  if (protocol === 'http:' && !isThisMachine(hostname) && !tools.permits.plainHttp.includes(host))
    throw new Failure(
      'Refused',
      `${place}: ${url.href}: without TLS anybody on the way could change it. Write https://, or name the host with --plain-http ${host}.`,
    );
  return tools.repositories.open(url.href);
}

/** Puts together what is wanted anew and what was recorded: a repository is at one commit, that of a new reference. */
function merged(wanted: readonly Wanted[], recorded: readonly RemoteRecord[]): readonly Wanted[] {
  const before = new Map(recorded.map((record) => [record.directory, record]));
  const fresh = wanted.map((each) => {
    const paths = before.get(copyDirectory(each.repository))?.paths ?? [];
    before.delete(copyDirectory(each.repository));
    return { ...each, paths: [...new Set([...paths, ...each.paths])].sort() };
  });
  const kept = [...before.values()].filter(({ paths }) => paths.length > 0);
  return [...fresh, ...kept.map((record) => ({ ...record, references: [] }))].sort((a, b) =>
    a.repository < b.repository ? -1 : 1,
  );
}

async function copied(
  { repository, commit, paths, references }: Wanted,
  context: {
    readonly kustomization: KustomizationFile;
    readonly before: RemoteRecord | undefined;
    readonly tools: RemoteTools;
  },
) {
  const { kustomization, before, tools } = context;
  const [first] = references;
  const place = first ? placeOfReference(kustomization, first) : kustomization.path;
  const directory = copyDirectory(repository);
  const here = filesBelow(tools.scope.tree, posix.join(kustomization.directory, directory));
  // What is recorded, wanted and there needs no fetch.
  if (before?.commit === commit && before.paths.join('\n') === paths.join('\n') && digestFiles(here) === before.content)
    return { record: before, contents: here };
  try {
    const source = opened(repository, { place, tools });
    checkCopiedPath(directory);
    if (!(await source.ensureCommit(commit)))
      throw new Failure('NotFound', `${source.url} has no commit ${commit}. Check the ref.`);
    const contents = await readClosure(source, commit, paths);
    return { record: { repository, commit, paths, directory, content: digestFiles(contents) }, contents };
  } catch (error) {
    if (!(error instanceof Failure) || error.message.startsWith(place)) throw error;
    throw new Failure(error.type, `${place}: ${repository} at ${commit}: ${error.message}`);
  }
}

/** Throws where a copy was edited, and the edits would be lost. */
function refuseEdited(
  copy: { readonly record: RemoteRecord; readonly files: ReadonlyMap<string, Buffer>; readonly directory: string },
  { scope, permits }: RemoteTools,
): void {
  const at = posix.join(copy.directory, copy.record.directory);
  const here = filesBelow(scope.tree, at);
  if (permits.force || here.size === 0 || digestFiles(here) === copy.record.content) return;
  const isKept = ([name, content]: readonly [string, Buffer]) =>
    copy.files.get(posix.join(copy.record.directory, name))?.equals(content) === true;
  const edited = [...here].filter((file) => !isKept(file)).map(([name]) => name);
  throw new Failure(
    'Refused',
    `${at}: the files here are not what was fetched (compared with it: ${edited.slice(0, 5).join(', ') || 'some are missing'}), and would be lost. Make changes in a kustomization of your own; or write over them with --force.`,
  );
}

/** Answers the kustomization with paths of the copies in place of the URLs. Everything else stays byte for byte. */
function rewritten({ text, remote }: KustomizationFile): string {
  const splices = remote.map(({ git, range: [start, end] }) => {
    const path = posix.join(copyDirectory(git.repository), git.path);
    return { start, end, text: /^[\w./-]+$/.test(path) ? path : pathScalar(path) };
  });
  return applySplices(text, splices);
}

/** Names the directory, in that of the kustomization, of a repository's copy: `vendor/github.com/acme/bases`. */
export function copyDirectory(repository: string): string {
  const { kind, host, path } = checkRepositoryUrl(repository);
  const place = kind === 'local' ? `local/${posix.basename(path)}` : `${host}/${path}`;
  return `vendor/${place
    .replace(/\.git$/, '')
    .replace(/[^\w./-]/g, '-')
    .replace(/\/+/g, '/')
    .replace(/^\//, '')}`;
}
