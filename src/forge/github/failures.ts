import { cutMiddle } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { tlsTrouble } from '../../tls-words.ts';
import { isRateLimited, rateLimitWaitMs, retryAfterMs } from './rate-limit.ts';
import { errorBodySchema } from './schemas.ts';

/** What a message about a failed call names. */
export interface CallContext {
  readonly host: string;
  /** `owner/name`. */
  readonly repository: string;
  /** What the call does: `open a pull request`. */
  readonly doing: string;
  /** Where the token comes from: `environment variable GITHUB_TOKEN`. */
  readonly tokenName: string;
}

/** An answer of GitHub's, as far as messages and decisions need it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
  /** The call as GitHub's documentation names it: `POST /repos/acme/gitops/pulls`. */
  readonly call: string;
}

/** The most that is repeated of GitHub's words. */
const longestWords = 2_000;

/** Answers GitHub's own words on one line, with those about single fields. */
export function gitHubMessage(data: unknown): string {
  if (typeof data === 'string' && pageStart.test(data)) return pageWords(data);
  const parsed = errorBodySchema.safeParse(data);
  if (!parsed.success) return 'an answer without a message';
  const details = (parsed.data.errors ?? []).map((error) => {
    if (typeof error === 'string') return error;
    return error.message ?? [error.resource, error.field, error.code].filter(Boolean).join(' ');
  });
  const text = [parsed.data.message ?? 'no message', ...details].join(': ').replace(/\s+/g, ' ').trim();
  return cutMiddle(text, longestWords).replace(/\.$/, '');
}

const pageStart = /^\s*<(!doctype|html|head|body|\?xml)/i;

/** Says what a page is, where an answer of the API should be: a proxy, a firewall or a sign-in gave it. */
function pageWords(page: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(page.slice(0, 8192))?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
  return `a page${title === '' ? '' : ` ("${title}")`} instead of an answer of the API, perhaps of a proxy on the way`;
}

/** Makes the failure that an answer of GitHub's with an error status means. */
export function failureOfAnswer(context: CallContext, answer: HttpAnswer): Failure {
  const { status, headers } = answer;
  const words = gitHubMessage(answer.data);
  const failureWith = (type: Failure['type'], remedy: string, waitMs?: number) =>
    new Failure(type, `${whatFailed(context)} (${answer.call}: ${status}): ${words}. ${remedy}`, {
      retryAfterMs: waitMs,
    });

  if (isRateLimited(status, headers, words)) {
    const waitMs = rateLimitWaitMs(headers);
    return failureWith('Unavailable', `Its rate limit is used up; the next try is in ${secondsText(waitMs)}.`, waitMs);
  }
  if (status >= 500 || status === 408) {
    return failureWith('Unavailable', 'Fairlead tries again.', retryAfterMs(headers));
  }
  if (status >= 300 && status < 400) {
    return failureWith('NotFound', 'The repository has moved: write its present URL in fairlead.yaml.');
  }
  if (status === 401) {
    return failureWith('Unauthorized', `Put a valid token into ${context.tokenName}.`);
  }
  if (status === 403) return failureOfForbidden(failureWith, context, { headers, words });
  if (status === 404 || status === 410) {
    const token = `the token in ${context.tokenName}`;
    return failureWith('NotFound', `Check that it exists, and that ${token} may see ${context.repository}.`);
  }
  return failureWith('Refused', 'Trying again does not help: see what GitHub names.');
}

type Fail = (type: Failure['type'], remedy: string) => Failure;

function failureOfForbidden(
  fail: Fail,
  context: CallContext,
  { headers, words }: { readonly headers: HttpAnswer['headers']; readonly words: string },
): Failure {
  if (/archived|read-only|locked/i.test(words)) return fail('Refused', 'The repository takes no changes.');
  const needed = headers['x-accepted-github-permissions'];
  const permissions = needed ?? 'write access to contents, pull requests and issues';
  const sso = headers['x-github-sso'] === undefined ? '' : ' The organisation wants it authorised for single sign-on.';
  return fail(
    'Unauthorized',
    `Give the token in ${context.tokenName} the permission it lacks on ${context.repository} (${permissions}).${sso}`,
  );
}

/** Makes the failure of a call that got no answer: refused, unknown host, closed, too slow. */
export function failureOfConnection(context: CallContext, error: unknown, timeoutMs: number): Failure {
  const chain = causeChain(error);
  const tooSlow = chain.some(({ name }) => name === 'TimeoutError' || name === 'AbortError');
  const root = chain.at(-1);
  const untrusted = tlsTrouble(error, 'NODE_EXTRA_CA_CERTS');
  const reason = tooSlow
    ? `no answer within ${secondsText(timeoutMs)}`
    : (untrusted ?? (root?.message || root?.code || 'no connection'));
  return new Failure(
    'Unavailable',
    `${whatFailed(context)}: ${reason}. Fairlead tries again; check that the worker reaches ${context.host}.`,
    { cause: root },
  );
}

/** Makes the failure of an answer that is none of GitHub's API: cut short, or a proxy's page. */
export function failureOfContent(context: CallContext, call: string, problem: string): Failure {
  return new Failure(
    'Unavailable',
    `${whatFailed(context)} (${call}): the answer is not what GitHub's API gives (${problem}). Check the API address of ${context.host} in the worker's settings, and proxies on the way.`,
  );
}

/** Makes the failure of a token that is missing or cannot be one; `problem` says which. */
export function failureOfToken(context: CallContext, problem: string): Failure {
  return new Failure(
    'Unauthorized',
    `${whatFailed(context)}: ${context.tokenName} ${problem}. Put a valid token into it.`,
  );
}

function whatFailed({ host, repository, doing }: CallContext): string {
  return `Could not ${doing} in ${repository} on ${host}`;
}

function secondsText(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}

function causeChain(error: unknown): readonly (Error & { readonly code?: string })[] {
  const chain: Error[] = [];
  for (let next: unknown = error; next instanceof Error && chain.length < 5; next = next.cause) chain.push(next);
  return chain;
}
