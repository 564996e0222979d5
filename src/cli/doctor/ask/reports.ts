import { checkRepositoryUrl } from '../../../platform/repository/repository-url.ts';
import { notAsked } from '../finding.ts';
import { reportFinding } from '../judge/access.ts';
import type { DoctorParts } from '../platform.ts';
import type { Check } from '../run-checks.ts';
import { askAccess } from './ask-access.ts';

/**
 * Asks whether the account may write to the source what each environment came to: statuses of commits of main, and deployments. Nothing
 * else is ever written there, and no promotion needs it.
 */
export function reportsCheck(parts: DoctorParts, url: string): Check {
  const { settings, limitMs } = parts;
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
      const asked = await askAccess(parts, { ...asking, trouble: 'may not report' }, signal);
      return 'access' in asked ? { findings: [reportFinding(url, asked.access)] } : asked;
    },
  };
}
