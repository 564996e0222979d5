import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox, SandboxOptions } from '../../src/cli/dev/sandbox.ts';
import { openSandboxFleet } from './fleet.ts';
import { openSandboxForge } from './forge.ts';
import { followPlatforms } from './platforms.ts';
import { findRepositories } from './repositories.ts';

export { version } from '../../src/version.ts';

/**
 * Starts a forge that serves repositories of this machine as they are, and the clusters that their Environment files list, which
 * follow the GitOps branches. What is merged and what requests say is there again the next time. Throws `Failure` where
 * there is nothing to serve, or the port is taken.
 */
export async function startSandbox({ directory, directories, port, ...options }: SandboxOptions): Promise<Sandbox> {
  await mkdir(directory, { recursive: true });
  const repositories = await findRepositories(directories);
  const token = await keptToken(join(directory, 'token'));
  const forge = await openSandboxForge({ directory, port, token, repositories });
  try {
    const fleet = await openSandboxFleet({ directory, token });
    try {
      const platforms = await followPlatforms({ forge, fleet, repositories, report: options.report });
      const settingsFile = join(directory, 'worker.yaml');
      await writeFile(
        settingsFile,
        settings({ host: forge.host, apiUrl: forge.apiUrl, temporalUi: options.temporalUi }),
      );
      return {
        url: forge.url,
        settingsFile,
        sources: platforms.sources.map(({ name, directory }) => ({ directory, url: forge.urlOf(name) })),
        close: async () => {
          await platforms.stop();
          await fleet.close();
          await forge.close();
        },
      };
    } catch (error) {
      await fleet.close();
      throw error;
    }
  } catch (error) {
    await forge.close();
    throw error;
  }
}

/** Answers the token of Fairlead's account on the forge, which is made once. */
async function keptToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const token = `sandbox-${randomUUID()}`;
    await writeFile(path, `${token}\n`, { mode: 0o600 });
    return token;
  }
}

interface Addresses {
  readonly host: string;
  readonly apiUrl: string;
  readonly temporalUi: string;
}

/** The worker's settings, which name the forge like any other. Mirrors of the sandbox's repositories lie beside them. */
function settings({ host, apiUrl, temporalUi }: Addresses): string {
  return `apiVersion: fairlead.dev/v1
kind: Worker
temporalUi: ${temporalUi}
forges:
  - { host: "${host}", kind: github, api: "${apiUrl}", token: { file: token } }
kubeconfig: kubeconfig
cache: cache
intervals: { merge: 1s, health: 1s }
`;
}
