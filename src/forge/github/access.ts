import { z } from 'zod';
import type { ForgeAccess, LackingPermissions } from '../access.ts';
import { lackingFor } from './app/permissions.ts';
import { type GitHubClient, repositoryName } from './client.ts';
import { permissionRemedy } from './failures.ts';

/** The ways to merge are shown to those alone who may push. */
const repositorySchema = z.object({
  private: z.boolean().optional(),
  archived: z.boolean().optional(),
  permissions: z.object({ push: z.boolean().optional() }).optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
});
type Repository = z.infer<typeof repositorySchema>;

/**
 * Reads what this account may do in the repository, with one call. An App says what it was granted; a classic token has its scopes in
 * the answer; of a fine-grained token GitHub tells nobody what it may do.
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 */
export async function readAccess(client: GitHubClient): Promise<ForgeAccess> {
  const { tokenName, granted, repository } = client.options;
  const found = await client.askExpecting([], {
    doing: 'read the repository',
    request: (octokit, coordinates) => octokit.rest.repos.get({ ...coordinates }),
    answer: repositorySchema,
  });
  if (found.kind === 'refused') throw found.failure;
  const { data, headers } = found;
  const isApp = granted !== undefined;
  const lacking = isApp ? lackingFor('api', await granted()) : lackingScopes(data, headers['x-oauth-scopes']);
  const ends = Date.parse(expiryText(headers['github-authentication-token-expiration']));
  const time = Date.parse(String(headers.date));
  return {
    // What GitHub calls the permissions of an App there are those of nobody.
    mayWrite: isApp ? undefined : data.permissions?.push,
    isArchived: data.archived ?? false,
    lacking,
    permissionRemedy: permissionRemedy(
      { host: repository.host, repository: repositoryName(client), doing: '', tokenName, isApp },
      lacking && lacking.needed.length > 0 ? lacking.needed.join(', ') : undefined,
    ),
    endsAt: Number.isNaN(ends) ? undefined : new Date(ends).toISOString(),
    mergeMethods: mergeMethodsOf(data),
    time: Number.isNaN(time) ? undefined : time,
  };
}

/** A token without this header has no scopes, but permissions of its own. */
function lackingScopes(
  { private: isPrivate = true }: Repository,
  header: string | number | undefined,
): LackingPermissions | undefined {
  if (header === undefined || header === '') return undefined;
  const scopes: readonly string[] = String(header)
    .split(',')
    .map((scope) => scope.trim());
  const isEnough = scopes.includes('repo') || (!isPrivate && scopes.includes('public_repo'));
  return { needed: isEnough ? [] : ['scope repo'], wished: [] };
}

/** GitHub writes `2026-12-01 10:00:00 UTC`, or an offset in its place. */
function expiryText(header: string | number | undefined): string {
  return String(header ?? '').replace(/ UTC$/, 'Z');
}

function mergeMethodsOf(repository: Repository): readonly string[] | undefined {
  const { allow_merge_commit: merge, allow_squash_merge: squash, allow_rebase_merge: rebase } = repository;
  if (merge === undefined && squash === undefined && rebase === undefined) return undefined;
  return Object.entries({ merge, squash, rebase }).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
}
