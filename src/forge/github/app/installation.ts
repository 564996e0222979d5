import { createPrivateKey } from 'node:crypto';
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { RepositoryAddress } from '../../../platform/repository/repository-url.ts';
import { textsByName } from '../../../text/json-lists.ts';
import type { Coordinates, OctokitAnswer } from '../client.ts';
import { type CallContext, failureOfConnection, failureOfContent } from '../failures.ts';
import { type AppCall, failureOfAppAnswer, failureOfKey, failureOfSuspension } from './failures.ts';
import type { AppOptions } from './github-app.ts';
import type { Permissions } from './permissions.ts';

/** An App as it is installed for an owner of repositories. */
export interface Installation {
  readonly id: number;
  /** What an owner has granted. */
  readonly permissions: Permissions;
}

const installationSchema = z.object({
  id: z.int().positive(),
  permissions: textsByName(),
  suspended_at: z.string().nullable(),
});
const tokenSchema = z.object({ token: z.string().min(1) });

/** Finds the installation that reaches a repository. Throws `Failure` where there is none, or it is suspended. */
export async function findInstallation(options: AppOptions, repository: RepositoryAddress): Promise<Installation> {
  const call = appCall(options, repository, 'find the installation of the GitHub App');
  const found = await askAsApp(options, call, {
    repository,
    request: (octokit, coordinates) => octokit.rest.apps.getRepoInstallation({ ...coordinates }),
    answer: installationSchema,
  });
  if (found.suspended_at !== null) throw failureOfSuspension(call.context, found.suspended_at);
  return found;
}

/** Makes a token of an installation for this repository alone. */
export async function createInstallationToken(
  options: AppOptions,
  repository: RepositoryAddress,
  { id, permissions }: Installation,
): Promise<string> {
  const { token } = await askAsApp(options, appCall(options, repository, 'get a token of the GitHub App'), {
    repository,
    request: (octokit, { repo }) =>
      octokit.rest.apps.createInstallationAccessToken({ installation_id: id, repositories: [repo], permissions }),
    answer: tokenSchema,
  });
  return token;
}

interface AppRequest<T> {
  readonly repository: RepositoryAddress;
  readonly request: (octokit: Octokit, repository: Coordinates) => Promise<OctokitAnswer>;
  readonly answer: z.ZodType<T>;
}

async function askAsApp<T>(
  options: AppOptions,
  call: AppCall,
  { repository: { owner, name: repo }, request, answer }: AppRequest<T>,
): Promise<T> {
  const { apiUrl, app, requestTimeoutMs: timeoutMs, fetch } = options;
  const { context } = call;
  const auth = { appId: app.id, privateKey: await readKey(call) };
  // Settings name Apps, and most commands ask none.
  const { createOctokit, errorAnswer } = await import('../octokit.ts');
  const octokit = createOctokit(apiUrl, auth, { timeoutMs, fetch, signal: undefined });
  let answered: OctokitAnswer;
  try {
    answered = await request(octokit, { owner, repo });
  } catch (error) {
    const http = errorAnswer(error);
    throw http === undefined
      ? failureOfConnection(context, error, timeoutMs)
      : failureOfAppAnswer(call, http, Date.now());
  }
  if (answered.status >= 300) throw failureOfAppAnswer(call, { ...answered, call: answered.url }, Date.now());
  const parsed = answer.safeParse(answered.data);
  if (parsed.success) return parsed.data;
  throw failureOfContent(context, answered.url, parsed.error.issues[0]?.path.join('.') || 'answer');
}

/** Reads the key, and refuses what is none here: the library's errors may quote what they read. */
async function readKey(call: AppCall): Promise<string> {
  const pem = (await call.app.privateKey.read())?.replaceAll('\\n', '\n');
  if (pem === undefined) throw failureOfKey(call, 'is not set');
  let type: string | undefined;
  try {
    type = createPrivateKey({ key: pem, format: 'pem' }).asymmetricKeyType;
  } catch {
    // What OpenSSL says of a text that is no key helps nobody, and may quote it.
  }
  if (type !== 'rsa') throw failureOfKey(call, 'holds no private RSA key');
  return pem;
}

function appCall({ app }: AppOptions, { host, owner, name }: RepositoryAddress, doing: string): AppCall {
  const context: CallContext = { host, repository: `${owner}/${name}`, doing, tokenName: app.privateKey.name };
  return { app, context };
}
