import { Failure } from '../../failure.ts';
import { checkRepositoryUrl, type RepositoryUrl } from './repository-url.ts';

/**
 * The repositories that a worker serves. An entry is the id of a repository (`github.com/acme/platform`) or the beginning of one that
 * ends before a slash (`github.com/acme`, `github.com`).
 */
export interface AllowedRepositories {
  /** Undefined: every source that is not local. */
  readonly sources: readonly string[] | undefined;
  /** GitOps repositories beside those of their source's own host and owner. */
  readonly gitops: readonly string[];
  /** Tells whether directories of the worker's machine are served. */
  readonly local: boolean;
}

/**
 * Throws `Failure` Refused for a repository that the worker serves neither as a source nor as a GitOps repository. Whatever was
 * started, signalled or committed: nothing else is opened.
 */
export function checkServed(url: string, allowed: AllowedRepositories): void {
  const repository = checkRepositoryUrl(url);
  if (repository.kind === 'local') {
    if (allowed.local) return;
    throw new Failure(
      'Refused',
      `This worker serves no directories of its machine, and ${JSON.stringify(repository.href)} is one. Give the URL of a repository, or set \`allow: { local: true }\` in the worker's settings.`,
    );
  }
  const { sources, gitops } = allowed;
  if (sources === undefined || isListed(repository, [...sources, ...gitops])) return;
  // What may belong to a served source is judged with that: `checkGitops`.
  if (sources.some((entry) => isWithin(entry, ownerOf(repository)))) return;
  throw notServed(repository.id, repository.id);
}

/** Throws `Failure` Refused for a source that the worker does not serve. */
export function checkSource(url: string, allowed: AllowedRepositories): void {
  checkServed(url, allowed);
  const source = checkRepositoryUrl(url);
  if (source.kind === 'local' || allowed.sources === undefined || isListed(source, allowed.sources)) return;
  throw notServed(`the source ${source.id}`, source.id);
}

/**
 * Throws `Failure` Refused for a GitOps repository that an Environment file may not name: whoever commits to a source must not reach
 * all that the worker's token does.
 */
export function checkGitops(url: string, source: string, allowed: AllowedRepositories): void {
  checkServed(url, allowed);
  const [gitops, from] = [checkRepositoryUrl(url), checkRepositoryUrl(source)];
  if (gitops.kind === 'local' || isListed(gitops, allowed.gitops)) return;
  if (from.kind !== 'local' && ownerOf(gitops) === ownerOf(from)) return;
  throw new Failure(
    'Refused',
    `The source ${from.id} names the GitOps repository ${gitops.id}, which has another owner, and this worker may not write there for it. ` +
      `To allow it, add to \`allow.gitops\` in the worker's settings:\n  - ${gitops.id}`,
  );
}

/**
 * Throws `Failure` Refused where a worker may not write to a GitOps repository for a source. Whoever writes looks for itself: a lane is
 * started with any, and so is a step, by whoever may act as a worker in the namespace.
 */
export function checkWritten(
  { source, gitops }: { readonly source: string; readonly gitops: { readonly repository: string } },
  allowed: AllowedRepositories,
): void {
  checkSource(source, allowed);
  checkGitops(gitops.repository, source, allowed);
}

function notServed(what: string, id: string): Failure {
  return new Failure(
    'Refused',
    `This worker does not serve ${what}. To serve it, add to \`allow.sources\` in the worker's settings:\n  - ${id}`,
  );
}

function isListed({ id }: RepositoryUrl, entries: readonly string[]): boolean {
  return entries.some((entry) => isWithin(id, entry));
}

/** Answers whether an id is the entry, or below it. */
function isWithin(id: string, entry: string): boolean {
  return id === entry || id.startsWith(`${entry}/`);
}

/** Answers host and owner: `github.com/acme`. */
function ownerOf({ id }: RepositoryUrl): string {
  return id.slice(0, id.lastIndexOf('/'));
}
