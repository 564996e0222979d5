import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { asActivity } from '../../../src/activities/as-activity.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { loadSettings } from '../../../src/settings/settings.ts';
import { createDependencies } from '../../../src/worker/dependencies.ts';
import { createTestRepository, temporaryDirectory } from '../../support/git.ts';

const unknown = 'd'.repeat(40);
const logger = new DefaultLogger('ERROR');
const noCommits = { message: 'Validation Failed', errors: ['No commits between qa and deploy/x'] };

let directory: { readonly path: string; remove(): void };
/** A forge that does not show the push yet. */
const forge = createServer((_, answer) => {
  answer.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(noCommits));
});
beforeEach(async () => {
  directory = temporaryDirectory('forge-lag');
  await new Promise<void>((resolve) => forge.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => forge.close(resolve));
  directory.remove();
});

/** Works with the parts of a worker that has this setting; undefined: it does not set it. */
async function withForgeLag(forgeLag: string | undefined, body: (parts: Dependencies) => Promise<void>): Promise<void> {
  const host = `127.0.0.1:${(forge.address() as AddressInfo).port}`;
  const file = {
    apiVersion: 'fairlead.dev/v1',
    kind: 'Worker',
    forges: [{ host, kind: 'github', api: `http://${host}`, token: { env: 'BOT_TOKEN' } }],
    ...(forgeLag !== undefined && { timeouts: { forgeLag } }),
    allow: { local: true },
    cache: join(directory.path, 'cache'),
  };
  const settings = join(directory.path, 'worker.yaml');
  writeFileSync(settings, stringify(file));
  vi.stubEnv('BOT_TOKEN', 't0ken');
  // Nothing is rendered here, and nothing is built.
  vi.stubEnv('FAIRLEAD_RENDERER', process.execPath);
  vi.stubEnv('FAIRLEAD_SETTINGS', settings);
  const parts = await createDependencies(await loadSettings(), () => undefined);
  try {
    await body(parts);
  } finally {
    await parts.close();
  }
}

/** Tells whether a step that was scheduled so long ago is tried again. */
async function isTriedAgain(waitedMs: number, work: () => Promise<unknown>): Promise<boolean> {
  const attempt = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - waitedMs }, { logger });
  const failure = await attempt.run(asActivity<void, unknown>(work)).then(
    () => expect.unreachable(),
    (error: ApplicationFailure) => error,
  );
  return failure.nonRetryable !== true;
}

describe.each([
  { forgeLag: '10m', lagMs: 600_000 },
  { forgeLag: undefined, lagMs: 120_000 },
])('With `timeouts.forgeLag` $forgeLag', ({ forgeLag, lagMs }) => {
  it('a forge is asked for so long for what was pushed to it', async () => {
    await withForgeLag(forgeLag, async ({ forges }) => {
      const repository = `http://127.0.0.1:${(forge.address() as AddressInfo).port}/acme/gitops`;
      const draft = { base: 'qa', title: 'Promote', body: '', label: 'promotion', isInBase: async () => true };
      const head = { branch: 'deploy/x', sha: unknown };
      const open = () => forges.for(repository).openPullRequest({ ...draft, head, isFirst: true });
      expect(await isTriedAgain(lagMs - 60_000, open)).toBe(true);
      expect(await isTriedAgain(lagMs + 1_000, open)).toBe(false);
    });
  });

  it('git is asked for so long for a commit that somebody has named', async () => {
    const source = createTestRepository(join(directory.path, 'source.git'));
    source.commit('main', { 'README.md': 'one\n' });
    await withForgeLag(forgeLag, async ({ repositories, intervals }) => {
      const read = () => repositories.open(source.path).commit(unknown);
      expect(await isTriedAgain(lagMs - 60_000, read)).toBe(true);
      expect(await isTriedAgain(lagMs + 1_000, read)).toBe(false);
      expect(intervals.commitPatienceMs).toBe(lagMs);
    });
  });
});
