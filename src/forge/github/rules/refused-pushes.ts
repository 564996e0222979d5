import { z } from 'zod';
import { listOf } from '../../../text/json-lists.ts';
import type { GitHubClient } from '../client.ts';

const rulesSchema = listOf(z.object({ type: z.string(), ruleset_id: z.int().optional() }));
const rulesetSchema = z.object({ name: z.string(), current_user_can_bypass: z.string().optional() });

/** What each rule refuses whoever pushes to a branch; other rules are about what is pushed, or about merging. */
const refusedBy: Readonly<Record<string, string>> = {
  creation: 'creating it',
  update: 'pushing to it',
  non_fast_forward: 'pushing by force',
  deletion: 'deleting it',
  pull_request: 'pushing without a pull request',
  required_status_checks: 'pushing what has no green checks',
  required_deployments: 'pushing what is not deployed',
  merge_queue: 'pushing past the merge queue',
};

/** So many rulesets are asked for by id; a branch has hardly as many. What others refuse is told without their names. */
const mostRulesets = 100;

/**
 * Names what rulesets refuse whoever pushes to a branch, which need not be there, and who this account is not let past of;
 * undefined: it may not read the rules. The older branch protection is told of branches only that are there.
 */
export async function readRefusedPushes(client: GitHubClient, branch: string): Promise<readonly string[] | undefined> {
  const found = await client.askExpecting([403, 404], {
    doing: `read the rules of branch ${branch}`,
    request: (octokit, repository) => octokit.rest.repos.getBranchRules({ ...repository, branch, per_page: 100 }),
    answer: rulesSchema,
  });
  if (found.kind === 'refused') return undefined;
  const refusing = found.data.filter(({ type }) => refusedBy[type] !== undefined);
  const ids = [...new Set(refusing.flatMap(({ ruleset_id: id }) => id ?? []))].slice(0, mostRulesets);
  const rulesets = new Map(await Promise.all(ids.map(async (id) => [id, await readRuleset(client, id)] as const)));
  return refusing.flatMap(({ type, ruleset_id: id }) => {
    const ruleset = id === undefined ? undefined : rulesets.get(id);
    if (ruleset?.isPassed) return [];
    return [`${refusedBy[type]}${ruleset === undefined ? '' : ` (ruleset "${ruleset.name}")`}`];
  });
}

/** Reads what a ruleset is called, and whether this account may pass it; undefined: it is not shown. */
async function readRuleset(
  client: GitHubClient,
  id: number,
): Promise<{ readonly name: string; readonly isPassed: boolean } | undefined> {
  const found = await client.askExpecting([403, 404], {
    doing: `read ruleset ${id}`,
    request: (octokit, repository) => octokit.rest.repos.getRepoRuleset({ ...repository, ruleset_id: id }),
    answer: rulesetSchema,
  });
  if (found.kind === 'refused') return undefined;
  const { name, current_user_can_bypass: bypass = '' } = found.data;
  return { name: name.replace(/\s+/g, ' ').slice(0, 100), isPassed: bypass === 'always' || bypass === 'exempt' };
}
