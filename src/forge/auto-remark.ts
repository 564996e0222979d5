import type { BranchRules } from './port.ts';

/**
 * What a person should know of a branch whose requests Fairlead merges by itself. `merges at once`: nothing is required there that
 * anybody must do; `merges once signed`: Fairlead's signature alone; `may merge at once`: nothing in the rules that this account may
 * read. `keeps approvals`: an approval counts for what is rendered later, too; `may keep approvals`: the account may not read it.
 */
export type AutoRemark =
  | 'merges at once'
  | 'merges once signed'
  | 'may merge at once'
  | 'keeps approvals'
  | 'may keep approvals';

/** Rules in `BranchRules.others` for which a new request waits for nobody. */
export const signedCommits = 'signed commits';
export const resolvedConversations = 'resolved conversations';
/** The rule in `BranchRules.others` that this account may not merge. */
export const userWhoMayMerge = 'a user who may merge';

/** Answers what is to be said of a branch with these rules; undefined: nothing, or none of them are known. */
export function autoRemark(rules: BranchRules | undefined): AutoRemark | undefined {
  if (rules === undefined) return undefined;
  const { checks, approvals, codeOwners, queue, others, isPartial } = rules;
  if (approvals > 0 || codeOwners) {
    if (rules.bindsApprovals) return undefined;
    return isPartial ? 'may keep approvals' : 'keeps approvals';
  }
  const awaited = others.filter((rule) => rule !== signedCommits && rule !== resolvedConversations);
  if (checks.length > 0 || queue || awaited.length > 0) return undefined;
  if (isPartial) return 'may merge at once';
  return others.includes(signedCommits) ? 'merges once signed' : 'merges at once';
}

/** Says a remark in a sentence of an environment's branch. */
export function autoRemarkWords(
  remark: AutoRemark,
  {
    environment,
    branch,
    repository,
  }: { readonly environment: string; readonly branch: string; readonly repository: string },
): string {
  return remarkWords[remark](`${branch} of ${repository}`, `\`merge\` of ${environment} is \`auto\``);
}

const remarkWords: Readonly<Record<AutoRemark, (branch: string, policy: string) => string>> = {
  'merges at once': (branch, policy) =>
    `The forge requires neither checks nor reviews for ${branch}, and ${policy}: its requests are merged at once.`,
  'merges once signed': (branch, policy) =>
    `The forge requires signed commits for ${branch}, but neither checks nor reviews, and ${policy}: its requests are merged at once where the worker signs them.`,
  'may merge at once': (branch, policy) =>
    `The forge requires neither checks nor reviews for ${branch} in the rules that this token may read, and ${policy}: unless a rule that it may not read asks for more, its requests are merged at once.`,
  'keeps approvals': (branch, policy) =>
    `The forge keeps approvals of a request to ${branch} when Fairlead renders it again, and ${policy}: it merges what nobody has seen. Have the rules of the branch dismiss stale approvals.`,
  'may keep approvals': (branch, policy) =>
    `This token may not read whether the forge keeps approvals of a request to ${branch} when Fairlead renders it again, and ${policy}: if it does, what nobody has seen is merged. Have the rules of the branch dismiss stale approvals.`,
};
