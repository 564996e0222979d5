import { Failure } from '../../failure.ts';
import { autoRemark, autoRemarkWords } from '../../forge/auto-remark.ts';
import type { Forges } from '../../forge/port.ts';
import type { Environment } from '../../platform/types.ts';
import { proxiedFetch } from '../../proxy/proxied-fetch.ts';
import { proxyRule } from '../../proxy/proxy.ts';
import { loadSettings, type Settings } from '../../settings/settings.ts';
import { whyNotAsked } from '../environments/requests.ts';
import { orFailure } from '../environments/source.ts';
import type { Io } from '../io.ts';

/** The time, in milliseconds, that a forge may take to say which rules it has. After that nothing is said of them. */
const forgeTimeoutMs = 5_000;

/** Answers what a person should know of an environment's branch on the forge; undefined: nothing, or nobody can be asked. */
export type ForgeRemark = (policy: Environment) => Promise<string | undefined>;

/**
 * Makes a function that says of an environment under `merge: auto` that its requests are merged at once, or that an approval counts for
 * what is rendered later, where the rules of its branch are so. Only a forge whose token is set here is asked; one that does not answer is
 * no fault of the checkout.
 */
export function createForgeRemark(io: Io): ForgeRemark {
  let read: Promise<Settings> | undefined;
  let opened: Promise<Forges> | undefined;
  return async ({ name, merge, gitops: { repository, branch } }) => {
    if (merge !== 'auto') return undefined;
    read ??= loadSettings(io.env);
    const settings = await read;
    if ((await orFailure(() => whyNotAsked(settings, repository))) !== undefined) return undefined;
    opened ??= openForges(settings, io);
    const forges = await opened;
    const rules = await orFailure(async () => forges.for(repository).branchRules?.(branch));
    const remark = rules instanceof Failure ? undefined : autoRemark(rules);
    return remark && autoRemarkWords(remark, { environment: name, branch, repository });
  };
}

/** Opens the forges of the settings once: environments share a forge, and what it said of a branch. */
async function openForges(settings: Settings, io: Io): Promise<Forges> {
  const { createForges } = await import('../../forge/forges.ts');
  const requestTimeoutMs = Math.min(settings.timeouts.forgeMs, forgeTimeoutMs);
  const fetch = proxiedFetch(proxyRule(io.env));
  return createForges({ forges: settings.forges, requestTimeoutMs, fetch });
}
