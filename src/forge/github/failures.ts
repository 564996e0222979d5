import { Failure } from '../../failure.ts';
import {
  astrayWords,
  type CallContext,
  failureOfConnection,
  isAstray,
  lateIfNamed,
  pageWords,
  quotedWords,
  secondsText,
  whatFailed,
} from '../http/call-failures.ts';
import { isRateLimited, rateLimitWaitMs, retryAfterMs } from './rate-limit.ts';
import { errorBodySchema } from './schemas.ts';

export { type CallContext, failureOfConnection };

/** An answer of GitHub's, as far as messages and decisions need it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
  /** The call as GitHub's documentation names it: `POST /repos/acme/gitops/pulls`. */
  readonly call: string;
}

/** Answers GitHub's own words on one line, with those about single fields. */
export function gitHubMessage(data: unknown): string {
  const page = pageWords(data);
  if (page !== undefined) return page;
  const parsed = errorBodySchema.safeParse(data);
  if (!parsed.success) return 'an answer without a message';
  const details = (parsed.data.errors ?? []).map((error) => {
    if (typeof error === 'string') return error;
    return error.message ?? [error.resource, error.field, error.code].filter(Boolean).join(' ');
  });
  return quotedWords([parsed.data.message, ...details]);
}

/** Makes the failure that an answer of GitHub's with an error status means. */
export function failureOfAnswer(context: CallContext, answer: HttpAnswer): Failure {
  const { status, headers } = answer;
  const words = gitHubMessage(answer.data);
  const failureWith = (type: Failure['type'], remedy: string, waitMs?: number) =>
    new Failure(type, `${whatFailed(context)} (${answer.call}: ${status}): ${words}. ${remedy}`, {
      retryAfterMs: waitMs,
      ...lateIfNamed(context, status),
    });

  if (isRateLimited(status, headers, words)) return failureOfLimit(context, answer, rateLimitWaitMs(headers));
  if (status >= 500 || status === 408) {
    return failureWith('Unavailable', 'Fairlead tries again.', retryAfterMs(headers));
  }
  if (isAstray(status)) return failureWith('Unavailable', astrayWords(context));
  if (status >= 300 && status < 400) {
    return failureWith('NotFound', 'The repository has moved: write its present URL in fairlead.yaml.');
  }
  if (status === 401 && context.isApp) {
    return failureWith('Unavailable', `Fairlead asks for a new token of ${context.tokenName}, and tries again.`);
  }
  if (status === 401) {
    return failureWith('Unauthorized', `Put a valid token into ${context.tokenName}.`);
  }
  if (status === 403) return failureOfForbidden(failureWith, context, { headers, words });
  if (status === 404 || status === 410) {
    return failureWith('NotFound', `Check that it exists, and that ${holder(context)} may see ${context.repository}.`);
  }
  return failureWith('Refused', 'Trying again does not help: see what GitHub names.');
}

/** Makes the failure of a call that GitHub refused by a limit: nothing is wrong, and the next try is after that time. */
export function failureOfLimit(context: CallContext, { call, status, data }: HttpAnswer, waitMs: number): Failure {
  return new Failure(
    'Unavailable',
    `${whatFailed(context)} (${call}: ${status}): ${gitHubMessage(data)}. Its rate limit is used up; the next try is in ${secondsText(waitMs)}.`,
    { retryAfterMs: waitMs, isWaiting: true },
  );
}

type Fail = (type: Failure['type'], remedy: string) => Failure;

function failureOfForbidden(
  fail: Fail,
  context: CallContext,
  { headers, words }: { readonly headers: HttpAnswer['headers']; readonly words: string },
): Failure {
  if (/archived|read-only|locked/i.test(words)) return fail('Refused', 'The repository takes no changes.');
  const needed = headers['x-accepted-github-permissions'];
  const sso = headers['x-github-sso'] === undefined ? '' : ' The organisation wants it authorised for single sign-on.';
  return fail('Unauthorized', `${permissionRemedy(context, needed === undefined ? undefined : String(needed))}${sso}`);
}

/** Says in a sentence who is given which permissions where; undefined: GitHub does not name them. */
export function permissionRemedy(context: CallContext, permissions: string | undefined): string {
  const named = permissions ?? 'write access to contents, pull requests and issues';
  return `Give ${holder(context)} the permission it lacks on ${context.repository} (${named}).`;
}

/** Names who is given permissions. */
function holder({ tokenName, isApp }: CallContext): string {
  return isApp ? tokenName : `the token in ${tokenName}`;
}

/** Makes the failure of an answer that is none of GitHub's API: cut short, or a proxy's page. */
export function failureOfContent(context: CallContext, call: string, problem: string): Failure {
  return new Failure(
    'Unavailable',
    `${whatFailed(context)} (${call}): the answer is not what GitHub's API gives (${problem}). Check the API address of ${context.host} in the worker's settings, and proxies on the way.`,
  );
}
