import type { IncomingMessage } from 'node:http';
import { authenticate } from './apps/authenticate.ts';
import { capabilitiesOf, type GitService, runHttpBackend } from './git/http-backend.ts';
import { type GitSetting, gitSettings } from './git/run.ts';
import { type HttpCall, readBytes, tokenOf } from './http-input.ts';
import { type ForgeState, inTurn, type Repository, repositoryKey, type User } from './model.ts';
import { followBranches } from './pull-requests.ts';
import { rulesForHook } from './rules/rulesets.ts';
import { sendText } from './send.ts';
import { pushOf } from './writes.ts';

const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** One call of git's smart protocol, read from its address. */
export interface GitCall {
  readonly owner: string;
  readonly name: string;
  /** The path below the repository: `info/refs`, `git-upload-pack`, `git-receive-pack`. */
  readonly service: string;
  readonly query: string;
  readonly writes: boolean;
}

/** Reads a call of git from its address; undefined where it is something else. */
export function gitCallOf(url: URL): GitCall | undefined {
  const [, owner, name, service] = GIT_PATH.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined || service === undefined) return undefined;
  const writes = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  return { owner, name, service, query: url.search.slice(1), writes };
}

/** Answers git's smart protocol, with GitHub's words about credentials; git itself does the work. */
export async function answerGit(state: ForgeState, call: GitCall, http: HttpCall): Promise<void> {
  const { request, response } = http;
  const token = tokenOf(request.headers);
  const user = authenticate(state, token, call);
  if (user === undefined) {
    const headers = { 'www-authenticate': 'Basic realm="GitHub"' };
    return sendText(response, { status: 401, text: 'Invalid username or token.\n', headers });
  }
  const to = state.moved.get(repositoryKey(call.owner, call.name));
  if (to !== undefined) {
    const headers = { location: `${state.url}/${to}.git/${call.service}${call.query === '' ? '' : `?${call.query}`}` };
    return sendText(response, { status: 301, text: '', headers });
  }
  const repository = state.repositories.get(repositoryKey(call.owner, call.name));
  if (repository === undefined || user.permission === 'none') {
    return sendText(response, { status: 404, text: 'Repository not found.\n' });
  }
  if (call.writes && repository.archived) {
    return sendText(response, { status: 403, text: 'This repository was archived so it is read-only.\n' });
  }
  if (call.writes && !mayPush(user)) {
    const text = `Permission to ${repository.owner}/${repository.name}.git denied to ${user.login}.\n`;
    return sendText(response, { status: 403, text });
  }
  if (isFirstOfFetch(call, request)) {
    repository.capabilities ??= capabilitiesOf(repository.directory, gitSettings(fetchSettings));
    const headers = { 'content-type': 'application/x-git-upload-pack-advertisement', 'cache-control': 'no-cache' };
    response.writeHead(200, headers).end(await repository.capabilities);
    return;
  }
  const service: GitService = {
    directory: repository.directory,
    path: call.service,
    query: call.query,
    user: user.login,
    env: hookEnvironment(state, repository),
  };
  if (call.service !== 'git-receive-pack') return runHttpBackend(state.gitBackend, service, http);
  const input = await readBytes(request);
  const write = pushOf(repositoryKey(call.owner, call.name), input);
  if ((await state.atWrite(write, 'asked')) === 'hang up') return void response.destroy();
  await inTurn(repository, async () => {
    const push = runHttpBackend(
      state.gitBackend,
      { ...service, input, beforeAnswer: () => state.atWrite(write, 'done') },
      http,
    );
    if ((await state.atWrite(write, 'under way')) === 'hang up') response.destroy();
    await push;
    await followBranches(state, repository, user);
  });
}

function mayPush({ permission, grants }: User): boolean {
  return permission !== 'read' && (grants === undefined || grants.contents === 'write');
}

/** Git asks for the branches in its next call; this one is answered alike whatever has happened to them. */
function isFirstOfFetch({ service, query }: GitCall, { method, headers }: IncomingMessage): boolean {
  const isQuestion = method === 'GET' && service === 'info/refs' && query === 'service=git-upload-pack';
  return isQuestion && headers['git-protocol'] === 'version=2';
}

/** What GitHub lets a fetch ask for, also of a repository that somebody else has made. */
const fetchSettings: readonly GitSetting[] = [
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['uploadpack.allowFilter', 'true'],
];

/** Tells the `update` hook what to refuse; without rules it need not run for every branch. */
function hookEnvironment({ url }: ForgeState, repository: Repository): Readonly<Record<string, string>> {
  const { owner, name, protections, rulesets } = repository;
  if (protections.size === 0 && rulesets.length === 0) {
    return gitSettings([...fetchSettings, ['core.hooksPath', '/dev/null']]);
  }
  return {
    ...gitSettings(fetchSettings),
    FORGE_PROTECTED: ` ${[...protections.keys()].map((branch) => `refs/heads/${branch}`).join(' ')} `,
    FORGE_RULES: rulesForHook(rulesets),
    FORGE_RULES_PAGE: `${url}/${owner}/${name}/rules`,
  };
}
