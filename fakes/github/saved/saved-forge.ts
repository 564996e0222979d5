import { type ForgeState, type PullRequest, type Repository, repositoryKey } from '../model.ts';
import { reportsOf, type WrittenReports } from '../reports/state.ts';

/** What is kept of one repository. People stand there by their login. */
interface SavedRepository extends WrittenReports {
  readonly pullRequests: readonly PullRequest[];
  readonly labels: Repository['labels'];
}

type SavedForge = Readonly<Record<string, SavedRepository>>;

/** The fields that hold an account, whose token is written nowhere. */
const accounts: ReadonlySet<string> = new Set(['author', 'creator', 'closedBy', 'mergedBy']);

/** Writes down the requests, labels and reports of every repository as JSON. */
export function savedForge({ repositories }: ForgeState): string {
  const saved: SavedForge = Object.fromEntries(
    [...repositories].map(([key, repository]) => {
      const { pullRequests, labels } = repository;
      return [key, { pullRequests, labels, ...reportsOf(repository) }];
    }),
  );
  return JSON.stringify(saved, (key, value: unknown) => {
    if (key === 'comparison') return undefined;
    return accounts.has(key) && value !== null ? (value as { readonly login: string }).login : value;
  });
}

/** Answers the highest id that was given, so that none is given twice. */
export function highestId(saved: string): number {
  let highest = 0;
  JSON.parse(saved, (key, value: unknown) => {
    if (key === 'id' && typeof value === 'number') highest = Math.max(highest, value);
    return value;
  });
  return highest;
}

/** Gives a repository what was written down of it. Who has no account any more is somebody without a token. */
export function restoreRepository({ saved, users }: ForgeState, repository: Repository): void {
  if (saved === undefined) return;
  const revived = JSON.parse(saved, (key, value: unknown) => {
    if (!accounts.has(key) || typeof value !== 'string') return value;
    return users.find(({ login }) => login === value) ?? { id: 0, login: value, token: '', permission: 'none' };
  }) as SavedForge;
  const found = revived[repositoryKey(repository.owner, repository.name)];
  if (found === undefined) return;
  repository.pullRequests.push(...found.pullRequests);
  repository.labels.push(...found.labels);
  const reports = reportsOf(repository);
  reports.statuses.push(...found.statuses);
  reports.deployments.push(...found.deployments);
  reports.checkRuns.push(...found.checkRuns);
}
