import { Failure } from '../../../failure.ts';
import { checkRepositoryUrl } from '../../../platform/repository/repository-url.ts';
import { orFailure } from '../../environments/source.ts';
import { failed, notAsked } from '../finding.ts';
import { reportFinding } from '../judge/access.ts';
import type { DoctorParts } from '../platform.ts';
import type { Check } from '../run-checks.ts';

/**
 * Asks whether the account may write to the source what each environment came to: statuses of commits of main, and deployments. Nothing
 * else is ever written there, and no promotion needs it.
 */
export function reportsCheck({ settings, forges, limitMs }: DoctorParts, url: string): Check {
  const asking = { check: 'reports', about: url } as const;
  return {
    ...asking,
    limitMs,
    async ask(signal) {
      const address = checkRepositoryUrl(url).webAddress;
      if (address === undefined) return { findings: [notAsked(asking, 'a local repository has no forge')] };
      const setting = settings.forges.find(({ host }) => host === address.host);
      if (setting === undefined)
        return { findings: [notAsked(asking, `no forge is configured for ${address.host}: nothing is written there`)] };
      const { statuses = false, deployments = false } = setting.reports ?? {};
      if (!statuses && !deployments) return { findings: [notAsked(asking, 'the settings switch them off')] };
      const access = await orFailure(async () => forges.for(url, signal).access?.());
      if (access instanceof Failure) return { findings: [failed('may not report', access, url)] };
      if (access === undefined) return { findings: [notAsked(asking, 'this kind of forge does not tell')] };
      return { findings: [reportFinding(url, access)] };
    },
  };
}
