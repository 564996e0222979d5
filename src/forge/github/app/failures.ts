import { Failure } from '../../../failure.ts';
import { remedies } from '../../../text/remedies.ts';
import { whatFailed } from '../../http/call-failures.ts';
import { type CallContext, failureOfAnswer, gitHubMessage, type HttpAnswer } from '../failures.ts';
import type { GitHubApp } from './github-app.ts';

/** What an App could not do, for messages. */
export interface AppCall {
  readonly app: GitHubApp;
  readonly context: CallContext;
}

/** Makes the failure of a call that the App made in its own name; what is not about the App is as with every call. */
export function failureOfAppAnswer({ app, context }: AppCall, answer: HttpAnswer, now: number): Failure {
  const words = gitHubMessage(answer.data);
  const remedy = remedyOf({ app, context }, { ...answer, words }, now);
  if (remedy === undefined) return failureOfAnswer(context, answer);
  return new Failure('Unauthorized', `${whatFailed(context)} (${answer.call}: ${answer.status}): ${words}. ${remedy}`);
}

function remedyOf(
  { app, context }: AppCall,
  { status, words, headers, call }: HttpAnswer & { readonly words: string },
  now: number,
): string | undefined {
  if (/claim \('(exp|iat)'\)/i.test(words)) return clockRemedy(headers.date, now);
  if (/claim \('iss'\)|integration not found/i.test(words))
    return `GitHub knows no App ${app.id} on ${context.host}: write its App id or client id into \`app.id\`.`;
  if (status === 401)
    return `The key in ${app.privateKey.name} is not one of the App's: make a private key on the App's page, and put it there.`;
  if (status === 403 && /suspended/i.test(words)) return suspendedRemedy;
  if (status === 404 && call.endsWith('/installation'))
    return `The App is not installed on ${context.repository}, or there is no such repository: install it there (the App's page, "Install App"), or correct the URL.`;
  if (status === 422)
    return `Let the App's installation reach ${context.repository}, and accept the permissions that the App asks for.`;
  return undefined;
}

const suspendedRemedy = 'An owner can lift it in the settings of the organisation, under "GitHub Apps".';

/** Makes the failure of an installation that somebody has suspended. */
export function failureOfSuspension(context: CallContext, since: string): Failure {
  return new Failure(
    'Unauthorized',
    `${whatFailed(context)}: its installation there is suspended since ${since}. ${suspendedRemedy}`,
  );
}

/** Makes the failure of a key that is none; nothing of what was read is in it. */
export function failureOfKey({ app, context }: AppCall, problem: string): Failure {
  return new Failure(
    'Unauthorized',
    `${whatFailed(context)}: ${app.privateKey.name} ${problem}. Put the App's private key there: the PEM file that GitHub gives when one is made on the App's page.`,
  );
}

function clockRemedy(date: string | number | undefined, now: number): string {
  const theirs = Date.parse(String(date));
  const minutes = Math.round((now - theirs) / 60_000);
  const off = Number.isFinite(minutes) && minutes !== 0 ? ` by ${Math.abs(minutes)} min` : '';
  const way = off === '' ? 'differs from' : minutes > 0 ? 'is ahead of' : 'is behind';
  return `The clock of this machine ${way} GitHub's${off}: ${remedies.clock}.`;
}
