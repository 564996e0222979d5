import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../../src/settings/settings.ts';
import { createDependencies } from '../../../src/worker/dependencies.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { connectProxy, proxyAnswers, type TestProxy } from '../../support/network/connect-proxy.ts';
import { kubeconfig } from '../fleet/api-server.ts';

let directory: { readonly path: string; remove(): void };
let proxy: TestProxy;

beforeEach(async () => {
  directory = temporaryDirectory('worker-proxies');
  proxy = await connectProxy('http', { answer: proxyAnswers.forbidden });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy.close();
  directory.remove();
});

function write(name: string, text: string): string {
  const path = join(directory.path, name);
  writeFileSync(path, text);
  return path;
}

it('A worker asks git, forge, clusters and the URLs of checks through the proxy of its environment', async () => {
  const host = 'forge.example';
  const context = { name: 'one', server: `https://${host}:6443` };
  const file = {
    apiVersion: 'fairlead.dev/v1',
    kind: 'Worker',
    forges: [{ host, kind: 'github', token: { env: 'BOT_TOKEN' } }],
    kubeconfig: write('kubeconfig', kubeconfig(context)),
    allow: { httpChecks: [host] },
    cache: join(directory.path, 'cache'),
  };
  vi.stubEnv('HTTPS_PROXY', `http://ann:s3cret@127.0.0.1:${proxy.port}`);
  vi.stubEnv('BOT_TOKEN', 't0ken');
  // Nothing is rendered here, and nothing is built.
  vi.stubEnv('FAIRLEAD_RENDERER', process.execPath);
  vi.stubEnv('FAIRLEAD_SETTINGS', write('worker.yaml', stringify(file)));
  const parts = await createDependencies(await loadSettings(), () => undefined);
  try {
    const url = `https://${host}/acme/gitops`;
    const told = [
      await parts.repositories.open(url).branchHead('main').catch(String),
      await parts.forges.for(url).openRequests('main').catch(String),
      await parts.fleet.observe(
        { name: 'one', context: 'one' },
        { repository: url, branch: 'dev' },
        { timeoutMs: 5_000 },
      ),
      await parts.httpChecks.ask(`https://${host}/health`),
    ].map((each) => JSON.stringify(each));
    for (const words of told) {
      expect(words).toContain(`the proxy http://127.0.0.1:${proxy.port} of HTTPS_PROXY does not allow ${host}`);
      expect(words).not.toContain('s3cret');
    }
  } finally {
    await parts.close();
  }
});
