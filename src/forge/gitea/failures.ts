import { Failure } from '../../failure.ts';
import {
  astrayWords,
  type CallContext,
  isAstray,
  lateIfNamed,
  pageWords,
  quotedWords,
  secondsText,
  whatFailed,
} from '../http/call-failures.ts';
import { type AnswerHeaders, retryAfterMs } from '../http/retry-after.ts';
import { giteaErrorSchema } from './schemas.ts';

/** An answer of the API, as far as messages and decisions need it. */
export interface GiteaHttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly data: unknown;
  /** The call as the documentation names it: `POST /api/v1/repos/acme/gitops/pulls`. */
  readonly call: string;
}

/** The wait where somebody limits the rate and names no time: only proxies in front of these forges do. */
const defaultWaitMs = 30_000;

/** Answers the forge's own words on one line. */
export function giteaMessage(data: unknown): string {
  const page = pageWords(data);
  if (page !== undefined) return page;
  const parsed = giteaErrorSchema.safeParse(data);
  if (!parsed.success) return 'an answer without a message';
  const details = (parsed.data.errors ?? []).map((error) => (typeof error === 'string' ? error : error.message));
  return quotedWords([parsed.data.message, ...details]);
}

/** Answers how long to wait, in milliseconds, where an answer says that the rate is limited. */
export function giteaLimitWaitMs({ headers }: GiteaHttpAnswer): number {
  return retryAfterMs(headers) ?? defaultWaitMs;
}

/** Makes the failure of a call that was refused by a limit: nothing is wrong, and the next try is after that time. */
export function failureOfGiteaLimit(
  context: CallContext,
  { status, data, call }: GiteaHttpAnswer,
  waitMs: number,
): Failure {
  return new Failure(
    'Unavailable',
    `${whatFailed(context)} (${call}: ${status}): ${giteaMessage(data)}. Somebody limits the rate; the next try is in ${secondsText(waitMs)}.`,
    { retryAfterMs: waitMs, isWaiting: true },
  );
}

/** Makes the failure that an answer with an error status means. */
export function failureOfGiteaAnswer(context: CallContext, { status, headers, data, call }: GiteaHttpAnswer): Failure {
  const fail = (type: Failure['type'], remedy: string, retryAfter?: number) =>
    new Failure(type, `${whatFailed(context)} (${call}: ${status}): ${giteaMessage(data)}. ${remedy}`, {
      retryAfterMs: retryAfter,
      ...lateIfNamed(context, status),
    });
  if (status >= 500 || status === 408) return fail('Unavailable', 'Fairlead tries again.', retryAfterMs(headers));
  if (isAstray(status)) return fail('Unavailable', astrayWords(context));
  if (status >= 300 && status < 400)
    return fail('NotFound', 'The repository has moved: write its present URL in fairlead.yaml.');
  if (status === 401) return fail('Unauthorized', `Put a valid token into ${context.tokenName}.`);
  if (status === 403) return fail('Unauthorized', permissionRemedy(context));
  if (status === 404 || status === 410) {
    const token = `the token in ${context.tokenName}`;
    return fail('NotFound', `Check that it exists, and that ${token} may see ${context.repository}.`);
  }
  if (status === 423) return fail('Refused', 'The repository takes no changes: take it out of the archive.');
  return fail('Refused', 'Trying again does not help: see what the forge names.');
}

/** Says in a sentence who is given which permissions where. */
export function permissionRemedy({ tokenName, repository }: CallContext): string {
  return `Give the token in ${tokenName} the scopes write:repository and write:issue, and its user write access to ${repository}.`;
}

/** Makes the failure of an answer that is none of the API: cut short, or a proxy's page. */
export function failureOfGiteaContent(context: CallContext, call: string, problem: string): Failure {
  return new Failure(
    'Unavailable',
    `${whatFailed(context)} (${call}): the answer is not what the API of Gitea or Forgejo gives (${problem}). Check the API address of ${context.host} in the worker's settings, which ends in /api/v1, and proxies on the way.`,
  );
}
