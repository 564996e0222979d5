import { z } from 'zod';
import type { ForgeAccess } from '../access.ts';
import { type GiteaClient, giteaRepositoryName } from './client.ts';
import { permissionRemedy } from './failures.ts';

const repositorySchema = z.object({
  archived: z.boolean().nullish(),
  permissions: z.object({ push: z.boolean().nullish() }).nullish(),
  allow_merge_commits: z.boolean().nullish(),
  allow_squash_merge: z.boolean().nullish(),
  allow_rebase: z.boolean().nullish(),
  allow_rebase_explicit: z.boolean().nullish(),
  allow_fast_forward_only_merge: z.boolean().nullish(),
});

/** Reads what this account may do in the repository, with one call. What scopes a token has these forges tell nobody. */
export async function readAccess(client: GiteaClient): Promise<ForgeAccess> {
  const found = await client.askExpecting([], { doing: 'read the repository', path: '', answer: repositorySchema });
  if (found.kind === 'refused') throw found.failure;
  const { data, date } = found;
  const { repository, tokenName } = client.options;
  const methods = {
    merge: data.allow_merge_commits,
    squash: data.allow_squash_merge,
    rebase: data.allow_rebase,
    'rebase-merge': data.allow_rebase_explicit,
    'fast-forward-only': data.allow_fast_forward_only_merge,
  };
  const isTold = Object.values(methods).some((isAllowed) => typeof isAllowed === 'boolean');
  const allowed = Object.entries(methods).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
  return {
    mayWrite: data.permissions?.push ?? undefined,
    isArchived: data.archived ?? false,
    permissionRemedy: permissionRemedy({
      host: repository.host,
      repository: giteaRepositoryName(client),
      doing: '',
      tokenName,
    }),
    mergeMethods: isTold ? allowed : undefined,
    time: date,
  };
}
