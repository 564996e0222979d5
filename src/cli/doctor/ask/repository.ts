import { Failure } from '../../../failure.ts';
import { gitopsHead } from '../../../gitops/gitops-branch.ts';
import { checkRepositoryUrl } from '../../../platform/repository/repository-url.ts';
import type { Environment, GitopsTarget } from '../../../platform/types.ts';
import { orFailure } from '../../environments/source.ts';
import { failed, notAsked, well } from '../finding.ts';
import { accessFindings } from '../judge/access.ts';
import type { DoctorParts } from '../platform.ts';
import type { Check } from '../run-checks.ts';
import { askAccess } from './ask-access.ts';

/** Lists the checks of each GitOps repository: whether it takes pushes, and what the account on its forge may do. */
export function repositoryChecks(parts: DoctorParts, environments: readonly Environment[]): readonly Check[] {
  const targets = new Map(environments.map(({ gitops }) => [gitops.repository, gitops]));
  return [...targets.values()].flatMap((target) => [pushCheck(parts, target), accessCheck(parts, target.repository)]);
}

function pushCheck({ repositories, limitMs }: DoctorParts, target: GitopsTarget): Check {
  const asking = { check: 'push', about: target.repository } as const;
  return {
    ...asking,
    limitMs,
    async ask(signal) {
      const repository = repositories.open(target.repository, signal);
      const head = await orFailure(() => gitopsHead(repository, target));
      if (head instanceof Failure) return { findings: [notAsked(asking, `${target.branch} was not read`)] };
      const refused = await orFailure(() => repository.checkPush(head));
      if (refused instanceof Failure) return { findings: [failed('push refused', refused, target.repository)] };
      return { findings: [well(asking, 'the remote takes pushes from the credential')] };
    },
  };
}

function accessCheck({ forges, limitMs }: DoctorParts, url: string): Check {
  const asking = { check: 'access', about: url } as const;
  return {
    ...asking,
    limitMs,
    async ask(signal) {
      const address = checkRepositoryUrl(url).webAddress;
      if (address === undefined) return { findings: [notAsked(asking, 'a local repository has no forge')] };
      const asked = await askAccess({ forges }, { ...asking, trouble: 'forge refuses' }, signal);
      if (!('access' in asked)) return asked;
      const shareLeft = forges.budgetsLeft?.().get(address.host);
      return { findings: accessFindings(url, { access: asked.access, shareLeft, now: Date.now() }) };
    },
  };
}
