import { resolvedConversations, signedCommits } from '../../auto-remark.ts';
import { type GitHubClient, repositoryName } from '../client.ts';
import {
  branchRulesSchema,
  branchSchema,
  type GitHubProtection,
  type GitHubRules,
  protectionSchema,
} from './schemas.ts';
import type { GitHubBranchRules } from './types.ts';

/**
 * Reads what a branch requires, from rulesets and from the older branch protection; undefined: neither may be read. Of a protection,
 * everybody may read the checks, and administrators the rest.
 */
export async function readBranchRules(client: GitHubClient, branch: string): Promise<GitHubBranchRules | undefined> {
  const memory = client.options.memory?.rules;
  const key = `${repositoryName(client)} ${branch}`;
  const known = memory?.get(key);
  if (known !== undefined) return known.rules;
  const rules = await askBranchRules(client, branch);
  memory?.set(key, { rules });
  return rules;
}

async function askBranchRules(client: GitHubClient, branch: string): Promise<GitHubBranchRules | undefined> {
  const rulesets = await client.askExpecting([403, 404], {
    doing: `read the rules of branch ${branch}`,
    request: (octokit, repository) => octokit.rest.repos.getBranchRules({ ...repository, branch, per_page: 100 }),
    answer: branchRulesSchema,
  });
  const found = await client.askExpecting([403, 404], {
    doing: `read branch ${branch}`,
    request: (octokit, repository) => octokit.rest.repos.getBranch({ ...repository, branch }),
    answer: branchSchema,
  });
  if (rulesets.kind === 'refused' && found.kind === 'refused') return undefined;
  const ofRulesets = rulesets.kind === 'ok' ? rulesOfRulesets(rulesets.data) : partial;
  if (found.kind === 'refused') return joined(ofRulesets, partial);
  const { protection } = found.data;
  // A ruleset makes a branch a protected one, too, without a protection behind it.
  if (!found.data.protected || protection?.enabled === false) return joined(ofRulesets, nothing);
  const whole = await client.askExpecting([403, 404], {
    doing: `read the protection of branch ${branch}`,
    request: (octokit, repository) => octokit.rest.repos.getBranchProtection({ ...repository, branch }),
    answer: protectionSchema,
  });
  if (whole.kind === 'ok') return joined(ofRulesets, rulesOfProtection(whole.data));
  const readable = rulesOfProtection({ required_status_checks: protection?.required_status_checks });
  const isHidden = !/not protected/i.test(whole.message);
  return joined(ofRulesets, isHidden ? { ...readable, isPartial: true } : readable);
}

const nothing: GitHubBranchRules = {
  contexts: [],
  checks: [],
  approvals: 0,
  bindsApprovals: false,
  codeOwners: false,
  queue: false,
  others: [],
};
const partial: GitHubBranchRules = { ...nothing, isPartial: true };

/** Rules of which a person must do something; what the merge itself does right, such as a linear history, is none of them. */
const otherRules: Readonly<Record<string, string>> = {
  required_signatures: signedCommits,
  workflows: 'required workflows',
  code_scanning: 'code scanning',
  code_quality: 'code quality',
};

function rulesOfRulesets(rules: GitHubRules): GitHubBranchRules {
  const parameters = rules.map(({ parameters: each }) => each ?? {});
  const others = rules.flatMap(({ type, parameters: each = {} }) => {
    if (type === 'required_deployments')
      return [`deployments to ${(each.required_deployment_environments ?? []).join(', ')}`];
    return otherRules[type] ?? (each.required_review_thread_resolution ? resolvedConversations : []);
  });
  const contexts = parameters.flatMap(({ required_status_checks: checks = [] }) =>
    checks.map(({ context, integration_id: app }) => ({ name: context, app: app ?? undefined })),
  );
  return {
    contexts,
    checks: contexts.map(({ name }) => name),
    approvals: Math.max(0, ...parameters.map(({ required_approving_review_count: approvals = 0 }) => approvals)),
    bindsApprovals: parameters.some(
      ({ dismiss_stale_reviews_on_push: stale, require_last_push_approval: last }) => stale === true || last === true,
    ),
    codeOwners: parameters.some(({ require_code_owner_review: owners }) => owners === true),
    queue: rules.some(({ type }) => type === 'merge_queue'),
    others,
  };
}

function rulesOfProtection(protection: GitHubProtection): GitHubBranchRules {
  const { required_status_checks: required, required_pull_request_reviews: reviews } = protection;
  const contexts =
    required?.checks?.map(({ context: name, app_id: app }) => ({ name, app: app ?? undefined })) ??
    required?.contexts?.map((name) => ({ name, app: undefined })) ??
    [];
  return {
    contexts,
    checks: contexts.map(({ name }) => name),
    approvals: reviews?.required_approving_review_count ?? 0,
    bindsApprovals: reviews?.dismiss_stale_reviews === true || reviews?.require_last_push_approval === true,
    codeOwners: reviews?.require_code_owner_reviews ?? false,
    queue: false,
    others: [
      ...(protection.required_signatures?.enabled ? [signedCommits] : []),
      ...(protection.required_conversation_resolution?.enabled ? [resolvedConversations] : []),
    ],
  };
}

/** Joins what two sets of rules require: each counts. */
function joined(one: GitHubBranchRules, other: GitHubBranchRules): GitHubBranchRules {
  const contexts = [...new Map([...other.contexts, ...one.contexts].map((each) => [each.name, each])).values()];
  return {
    contexts,
    checks: contexts.map(({ name }) => name),
    approvals: Math.max(one.approvals, other.approvals),
    bindsApprovals: one.bindsApprovals || other.bindsApprovals,
    codeOwners: one.codeOwners || other.codeOwners,
    queue: one.queue || other.queue,
    others: [...new Set([...one.others, ...other.others])],
    ...((one.isPartial || other.isPartial) && { isPartial: true }),
  };
}
