import type { Sha } from '../../../git/repository.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { readGiteaPages } from '../pages.ts';
import { combinedStatusSchema, type GiteaStatus } from './schemas.ts';

/** Lists the latest status of each name at a commit. */
export async function readStatuses(client: GiteaClient, sha: Sha): Promise<readonly GiteaStatus[]> {
  const found: GiteaStatus[] = [];
  for await (const statuses of readGiteaPages(client, {
    doing: `read the statuses of commit ${sha}`,
    // What is not read could be the one that failed.
    tooMany: 'Have fewer of them written there.',
    path: `${pathOf('commits', sha)}/status`,
    answer: combinedStatusSchema,
  }))
    found.push(...statuses);
  return found;
}

/** A warning counts as a failure there. */
export function isFailed({ status }: GiteaStatus): boolean {
  return ['failure', 'error', 'warning'].includes(status);
}

export function isGreen({ status }: GiteaStatus): boolean {
  return status === 'success' || status === 'skipped';
}
