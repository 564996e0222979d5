import { createForges } from '../../../src/forge/forges.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { proxiedFetch } from '../../../src/proxy/proxied-fetch.ts';
import { proxyRule } from '../../../src/proxy/proxy.ts';

export interface AskedPlace {
  readonly url: string;
  readonly host: string;
  readonly cacheDir: string;
  readonly token: string;
}

/** What came of a question. */
export interface Told {
  readonly ok?: unknown;
  readonly type?: string;
  readonly message?: string;
}

/** Does what a worker with this environment does: reads and pushes by git, and asks the forge. */
export async function askTheWorld(
  { url, host, cacheDir, token }: AskedPlace,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly git: Told; readonly forge: Told }> {
  const credentials = { for: async () => ({ username: 'fairlead-bot', password: token }) };
  const repository = createGitRepositories({ cacheDir, credentials, environment: env }).open(url);
  const readAndPush = async () => {
    const parent = (await repository.branchHead('main')) ?? '';
    const person = { name: 'Fairlead', email: 'bot@example.com', date: '2024-05-06T07:08:09.000Z' };
    const changes = new Map([['a', 'two']]);
    const commit = await repository.writeCommit({ parent, changes, message: 'Two', person });
    return (await repository.push({ commit, branch: 'deploy', expected: null })).kind;
  };
  const forges = createForges({
    forges: [{ host, kind: 'github', apiUrl: `https://${host}/api/v3`, token: async () => token, tokenName: 'TOKEN' }],
    fetch: proxiedFetch(proxyRule(env)),
  });
  return {
    git: await toldOf(readAndPush),
    forge: await toldOf(async () => (await forges.for(url).openRequests('main')).length),
  };
}

async function toldOf(work: () => Promise<unknown>): Promise<Told> {
  try {
    return { ok: await work() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { type: error.name, message: error.message };
  }
}
