import type { Protection, RepositoryContext, RequestContext, Review } from '../model.ts';
import { isDismissed } from '../rules/reviews.ts';
import { blockingRules, type Ruleset } from '../rules/rulesets.ts';
import { nodeId } from './node-id.ts';
import { repositoryApiUrl } from './repository.ts';
import { userBody } from './user.ts';

/** Lists what a branch requires as `repository-rule-detailed` of GitHub's description. */
export function rulesBody({ repository: { owner, name } }: RepositoryContext, rules: Protection) {
  const source = {
    ruleset_source_type: 'Repository',
    ruleset_source: `${owner}/${name}`,
    ruleset_id: 1,
  };
  const checks = rules.requiredChecks ?? [];
  const asksReview = (rules.requiredApprovals ?? 0) > 0 || rules.codeOwners !== undefined;
  return [
    ...(checks.length > 0 ? [{ type: 'required_status_checks', parameters: checkParameters(checks) }] : []),
    ...(asksReview ? [{ type: 'pull_request', parameters: reviewParameters(rules) }] : []),
    ...(rules.mergeQueue ? [{ type: 'merge_queue', parameters: queueParameters }] : []),
    ...(rules.linearHistory ? [{ type: 'required_linear_history' }] : []),
  ].map((rule) => ({ ...rule, ...source }));
}

/** Lists what rulesets refuse of pushes to a branch, as `repository-rule-detailed`. */
export function pushRulesBody({ repository: { owner, name, rulesets } }: RepositoryContext, branch: string) {
  const source = { ruleset_source_type: 'Repository', ruleset_source: `${owner}/${name}` };
  return blockingRules(rulesets, branch).map((rule) => ({ ...rule, ...source }));
}

/** Writes a ruleset as `repository-ruleset`. */
export function rulesetBody({ repository }: RepositoryContext, ruleset: Ruleset) {
  return {
    id: repository.rulesets.indexOf(ruleset) + 2,
    name: `no pushes to ${ruleset.branches}`,
    target: 'branch',
    source_type: 'Repository',
    source: `${repository.owner}/${repository.name}`,
    enforcement: 'active',
    current_user_can_bypass: ruleset.isPassed ? 'always' : 'never',
  };
}

function checkParameters(checks: readonly string[]) {
  return {
    strict_required_status_checks_policy: false,
    required_status_checks: checks.map((context) => ({ context })),
  };
}

function reviewParameters({ requiredApprovals = 0, codeOwners, dismissesStale = false }: Protection) {
  return {
    dismiss_stale_reviews_on_push: dismissesStale,
    require_code_owner_review: codeOwners !== undefined,
    require_last_push_approval: false,
    required_approving_review_count: requiredApprovals,
    required_review_thread_resolution: false,
  };
}

const queueParameters = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

/** Writes what everybody may read of a branch's protection, as `branch-protection`. */
export function protectionSummary(rules: Protection | undefined) {
  const contexts = rules?.classic ? (rules.requiredChecks ?? []) : [];
  const checks = contexts.map((context) => ({ context, app_id: null }));
  const level = contexts.length === 0 ? 'off' : 'non_admins';
  return {
    enabled: rules?.classic === true,
    required_status_checks: { enforcement_level: level, contexts, checks },
  };
}

/** Writes a protection as an administrator reads it, as `branch-protection`. */
export function protectionBody(context: RepositoryContext, branch: string, rules: Protection) {
  const url = `${repositoryApiUrl(context.state, context.repository)}/branches/${encodeURIComponent(branch)}/protection`;
  const contexts = rules.requiredChecks ?? [];
  const checks = contexts.map((each) => ({ context: each, app_id: null }));
  return {
    url,
    required_status_checks: { url: `${url}/required_status_checks`, strict: false, contexts, checks },
    required_pull_request_reviews: {
      url: `${url}/required_pull_request_reviews`,
      dismiss_stale_reviews: rules.dismissesStale === true,
      require_code_owner_reviews: rules.codeOwners !== undefined,
      required_approving_review_count: rules.requiredApprovals ?? 0,
      require_last_push_approval: false,
    },
    required_linear_history: { enabled: rules.linearHistory === true },
    required_conversation_resolution: { enabled: false },
  };
}

/** Writes a review as `pull-request-review`. */
export function reviewBody({ state, repository, request }: RequestContext, review: Review) {
  const { id, author, commit, at } = review;
  const web = `${state.url}/${repository.owner}/${repository.name}/pull/${request.number}`;
  const pull = `${repositoryApiUrl(state, repository)}/pulls/${request.number}`;
  const html = `${web}#pullrequestreview-${id}`;
  return {
    id,
    node_id: nodeId('PRR', id),
    user: userBody(state, author),
    body: '',
    state: isDismissed({ repository, request }, review) ? 'DISMISSED' : review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: 'MEMBER',
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: at,
    commit_id: commit,
  };
}
