import { Failure } from '../../failure.ts';
import { createForges, type ForgeSetting } from '../../forge/forges.ts';
import { diffMarker, type ForgeReports } from '../../forge/reports/port.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import { proxiedFetch } from '../../proxy/proxied-fetch.ts';
import { proxyRule } from '../../proxy/proxy.ts';
import type { Settings } from '../../settings/settings.ts';
import { requestNumber } from '../ci/ci-job.ts';
import type { Io } from '../io.ts';

/** A variable for a token that comments, where the one that reads the repositories shall not. */
const tokenVariable = 'FAIRLEAD_COMMENT_TOKEN';

/**
 * Finds the pull request of the source on which `--comment` writes, and makes a function that writes there: the comment is ours, and
 * edited when it is there already. Throws `Failure` where no request or no forge is known.
 */
export function requestComment(
  asked: string | true,
  { source, settings, io }: { readonly source: string; readonly settings: Settings; readonly io: Io },
): (text: string) => Promise<void> {
  const number = asked === true ? requestNumber(io.env) : numberOf(asked);
  if (number === undefined)
    throw new Failure(
      'InvalidInput',
      'It is not known which pull request is meant: this is no job of GitHub Actions or Gitea for one. Name it, such as --comment 7.',
    );
  const reports = reportsOf(source, settings, io);
  return async (text) => void (await reports.progressComment({ number, text, marker: diffMarker }));
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new Failure('InvalidInput', `--comment ${text}: write the number of a pull request, such as 7.`);
}

function reportsOf(source: string, settings: Settings, io: Io): ForgeReports {
  const setting = forgeOf(source, settings, io);
  const forges = createForges({
    forges: setting === undefined ? [] : [setting],
    requestTimeoutMs: settings.timeouts.forgeMs,
    fetch: proxiedFetch(proxyRule(io.env)),
  });
  const reports = forges.reportsFor?.(source);
  if (reports !== undefined) return reports;
  throw new Failure(
    'InvalidConfig',
    `Nobody can comment on ${source}: no forge is configured for it. Add it to "forges" in the worker's settings, or leave out --comment.`,
  );
}

/** Answers the forge of the source, with the token that comments. */
function forgeOf(source: string, settings: Settings, { env }: Io): ForgeSetting | undefined {
  const host = checkRepositoryUrl(source).webAddress?.host;
  const setting = settings.forges.find((forge) => forge.host === host);
  const token = env[tokenVariable];
  if (setting === undefined || !token) return setting;
  const { app: _, ...other } = setting;
  return { ...other, token: async () => token, tokenName: `environment variable ${tokenVariable}` };
}
