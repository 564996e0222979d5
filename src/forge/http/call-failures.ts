import type { z } from 'zod';
import { cutMiddle } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { tlsTrouble } from '../../tls-words.ts';
import { AnswerTooLarge } from './bounded-fetch.ts';

/** What a message about a failed call names. */
export interface CallContext {
  readonly host: string;
  /** `owner/name`. */
  readonly repository: string;
  /** What the call does: `open a pull request`. */
  readonly doing: string;
  /** Where the token comes from: `environment variable GITHUB_TOKEN`; or the App that it is made for. */
  readonly tokenName: string;
  /** Says that the token is an App's, which a person cannot put anywhere. */
  readonly isApp?: boolean;
  /** For how long, in milliseconds, a thing that the forge does not find is asked for again, because it has named it. Default: not at all. */
  readonly patienceMs?: number | undefined;
}

/** How far a forge may be behind, in milliseconds, where nobody says it. */
export const defaultLagMs = 120_000;

/** Answers what a failure of this status says of its patience: what the forge has named, it may show late. */
export function lateIfNamed({ patienceMs }: CallContext, status: number): { readonly patienceMs?: number } {
  return status === 404 && patienceMs !== undefined ? { patienceMs } : {};
}

const pageStart = /^\s*<(!doctype|html|head|body|\?xml)/i;

/**
 * Says what a page is, where an answer of the API should be: a proxy, a firewall or a sign-in gave it. Undefined: it is no page.
 */
export function pageWords(data: unknown): string | undefined {
  if (typeof data !== 'string' || !pageStart.test(data)) return undefined;
  const title = /<title[^>]*>([^<]{1,200})/i.exec(data.slice(0, 8192))?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
  return `a page${title === '' ? '' : ` ("${title}")`} instead of an answer of the API, perhaps of a proxy on the way`;
}

/** The most that is repeated of a forge's words. */
const longestWords = 2_000;

/** Answers a forge's own words on one line, with those about single fields; `no message` where it gave none. */
export function quotedWords(words: readonly (string | null | undefined)[]): string {
  const line = words.filter(Boolean).join(': ').replace(/\s+/g, ' ').trim();
  return line === '' ? 'no message' : cutMiddle(line, longestWords).replace(/\.$/, '');
}

/** Makes the failure of a call that got no answer: refused, unknown host, closed, too slow. */
export function failureOfConnection(context: CallContext, error: unknown, timeoutMs: number): Failure {
  const chain = causeChain(error);
  const tooLarge = chain.find((each) => each instanceof AnswerTooLarge);
  if (tooLarge) return failureOfSize(context, tooLarge);
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

/** Makes the failure of a call whose answer is not read: somebody has written very much there. */
function failureOfSize(context: CallContext, cause: AnswerTooLarge): Failure {
  const remedy = 'Fairlead tries again; look for what somebody has written there that is so long.';
  return new Failure('Unavailable', `${whatFailed(context)}: ${cause.message}. ${remedy}`, { cause });
}

/** Answers what was asked for, or something else where the answer is too large to be read. */
export async function unlessTooLarge<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Failure && error.cause instanceof AnswerTooLarge) return otherwise;
    throw error;
  }
}

/** Makes the failure of a call that was not made, because others use up what GitHub allows. */
export function failureOfBudget(context: CallContext, waitMs: number): Failure {
  return new Failure(
    'Unavailable',
    `${whatFailed(context)} yet: ${context.tokenName} has used what ${context.host} allows for now, and merges go first. The next try is in ${secondsText(waitMs)}.`,
    { retryAfterMs: waitMs, isWaiting: true },
  );
}

/** Makes the failure of a token that is missing or cannot be one; `problem` says which. */
function failureOfToken(context: CallContext, problem: string): Failure {
  return new Failure(
    'Unauthorized',
    `${whatFailed(context)}: ${context.tokenName} ${problem}. Put a valid token into it.`,
  );
}

/** Gives a token back without white space. One that no HTTP header can carry is refused here, because the error about it would quote it. */
export function checkedToken(context: CallContext, text: string | undefined): string {
  const token = text?.trim();
  if (token === undefined || token === '') throw failureOfToken(context, 'is not set');
  if (!/^[\x21-\x7e]+$/.test(token)) throw failureOfToken(context, 'holds something that is not a token');
  return token;
}

/** Says what of an answer is not as its schema says. */
export function schemaProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') || 'answer'}: ${issue?.message ?? 'unknown'}`;
}

/**
 * Tells whether a redirect is one that no forge gives where a repository has moved for good: a sign-in or a page about maintenance is
 * on the way. It ends no operation.
 */
export function isAstray(status: number): boolean {
  return [302, 303, 304].includes(status);
}

export function astrayWords({ host }: Pick<CallContext, 'host'>): string {
  return `Somebody on the way leads elsewhere, such as a sign-in: check proxies between the worker and ${host}. Fairlead tries again.`;
}

/** Begins a message: what could not be done, and where. */
export function whatFailed({ host, repository, doing }: CallContext): string {
  return `Could not ${doing} in ${repository} on ${host}`;
}

export function secondsText(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}

function causeChain(error: unknown): readonly (Error & { readonly code?: string })[] {
  const chain: Error[] = [];
  for (let next: unknown = error; next instanceof Error && chain.length < 5; next = next.cause) chain.push(next);
  return chain;
}
