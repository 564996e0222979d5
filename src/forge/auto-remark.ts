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
