import { userWhoMayMerge } from '../../auto-remark.ts';
import type { BranchRules } from '../../port.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { branchSchema, type GiteaBranch } from './schemas.ts';

/** Answers what a branch requires, as far as everybody may read it; undefined: it is not there, or may not be read. */
export async function readBranchRules(client: GiteaClient, branch: string): Promise<BranchRules | undefined> {
  const found = await client.askExpecting([403, 404], {
    doing: `read branch ${branch}`,
    path: pathOf('branches', branch),
    answer: branchSchema,
  });
  return found.kind === 'ok' ? rulesOf(found.data) : undefined;
}

/** The branch itself tells checks and approvals; what becomes of stale ones, whitelists, protected files and signatures are shown to administrators alone. */
function rulesOf(branch: GiteaBranch): BranchRules {
  return {
    checks: branch.enable_status_check ? branch.status_check_contexts : [],
    approvals: branch.required_approvals ?? 0,
    bindsApprovals: false,
    codeOwners: false,
    queue: false,
    others: branch.user_can_merge === false ? [userWhoMayMerge] : [],
    ...(branch.protected && { isPartial: true }),
  };
}
