import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startFleet } from '../../../fakes/flux/start.ts';
import { startForge } from '../../../fakes/github/start.ts';
import { run } from '../../../src/cli/program.ts';
import { createTestRepository, git, gitTestEnvironment } from '../../support/git.ts';
import { botToken } from '../support/platform.ts';
import { timings, workerSettings } from '../support/platform-files.ts';
import { onWorker } from '../support/promotion.ts';

describe('A platform that init made', () => {
  it('promotes its first commit to every environment, as Flux follows the files that init wrote', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'fairlead-init-made-'));
    const forge = await startForge({ directory: join(directory, 'forge'), token: botToken });
    const own = randomUUID().slice(0, 8);
    const names = { source: `acme/source-${own}`, gitops: `acme/gitops-${own}` };
    const url = `${forge.url}/${names.source}`;
    const gitopsUrl = `${forge.url}/${names.gitops}`;
    const remotes = {
      platform: createTestRepository((await forge.createRepository('acme', `source-${own}`)).directory),
      'platform-gitops': createTestRepository((await forge.createRepository('acme', `gitops-${own}`)).directory),
    };
    for (const [name, { path }] of Object.entries(remotes)) {
      mkdirSync(join(directory, name));
      git(join(directory, name), ['init', '--quiet', '--initial-branch=main']);
      git(join(directory, name), ['remote', 'add', 'origin', path]);
    }

    await init(
      directory,
      '--source',
      url,
      '--gitops',
      gitopsUrl,
      '--environments',
      'dev,prod',
      '--forge',
      'none',
      '--push',
    );
    await init(directory, '--environment', 'qa', '--after', 'dev', '--push');
    for (const name of ['dev', 'qa', 'prod']) {
      const file = remotes.platform.git(['show', `${name}:fairlead.yaml`]);
      remotes.platform.commit(name, { 'fairlead.yaml': file.replace(/soak: \d+s/, 'soak: 0s') });
    }

    const clusters = ['dev', 'qa', 'prod'].map((name) => {
      const written = remotes['platform-gitops'].git(['show', `${name}:_flux/${name}.yaml`]);
      const [source, kustomization] = parseAllDocuments(written).map((each) => each.toJS());
      const gitops = { url: source.spec.url as string, branch: source.spec.ref.branch as string };
      return { name, environment: name, gitops, paths: [`${kustomization.spec.path}`.replace(/^\.\//, '')] };
    });
    const fleet = await startFleet({ gitToken: botToken, clusters, timings });
    try {
      writeFileSync(join(directory, 'token'), botToken);
      const settings = join(directory, 'worker.yaml');
      writeFileSync(settings, workerSettings(directory, { ...forge, kind: 'github' }, fleet));
      const firstCommit = remotes.platform.head('main') ?? '';
      const platform = { directory, names, forge, url, firstCommit, env: { FAIRLEAD_SETTINGS: settings } };
      await onWorker(platform, async ({ promote }) => {
        const promotion = await promote();
        const { request } = await promotion.reaches('prod', 'awaiting approval');
        await promotion.decide('approve', { environment: 'prod', head: request?.head });
        const { state, environments } = await promotion.result();
        expect({ state, environments }).toMatchObject({
          state: 'promoted',
          environments: [
            { environment: 'dev', state: 'promoted', fleet: { healthy: 1, total: 1 } },
            { environment: 'qa', state: 'promoted', fleet: { healthy: 1, total: 1 } },
            { environment: 'prod', state: 'promoted', fleet: { healthy: 1, total: 1 } },
          ],
        });
        const [greeting] = fleet.cluster('prod').objects('ConfigMap');
        expect(greeting?.data).toEqual({ PODINFO_UI_MESSAGE: 'Hello from prod' });
      });
    } finally {
      await fleet.close();
      await forge.close();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

async function init(directory: string, ...args: readonly string[]): Promise<void> {
  const said: string[] = [];
  const io = {
    out: () => undefined,
    err: (text: string) => void said.push(text),
    interactive: false,
    env: { ...gitTestEnvironment },
    cwd: directory,
  };
  const code = await run(['init', 'platform', '--yes', ...args], io);
  expect({ code, said }).toEqual({ code: 0, said: [] });
}
