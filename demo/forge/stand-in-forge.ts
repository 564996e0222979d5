import { join } from 'node:path';
import { startForge } from '../../fakes/github/start.ts';
import type { WorldForge } from './world-forge.ts';

export const botToken = 'demo-bot-token-that-opens-nothing-else';

/** Starts the stand-in for GitHub, which this process plays itself. */
export async function startStandInForge(directory: string): Promise<WorldForge> {
  const forge = await startForge({ directory: join(directory, 'forge'), token: botToken });
  const { url, host, apiUrl } = forge;
  return {
    kind: 'github',
    url,
    host,
    apiUrl,
    token: botToken,
    trouble: new Promise(() => undefined),
    async createRepository(name) {
      const [owner = '', repository = ''] = name.split('/');
      return { remote: (await forge.createRepository(owner, repository)).directory };
    },
    requests: (repository) => forge.pullRequests(repository),
    close: forge.close,
  };
}
