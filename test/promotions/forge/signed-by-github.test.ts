import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import type { SmallPlatform } from '../support/platform.ts';
import { onWorker, withPlatform } from '../support/promotion.ts';

const APP = 4711;
const bot = `${APP}+fleet[bot]@users.noreply.github.com`;

/** Has the worker sign in as an App, which makes the commits. */
async function signInAsApp({ forge, names, env, directory }: SmallPlatform): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  forge.registerApp({ id: APP, slug: 'fleet', publicKey });
  const permissions = { contents: 'write', pull_requests: 'write', checks: 'read' };
  const owners = new Set([names.source, names.gitops].map((name) => name.split('/')[0] ?? ''));
  for (const owner of owners) forge.installApp(APP, owner, { permissions });
  await writeFile(join(directory, 'app.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const file = env.FAIRLEAD_SETTINGS ?? '';
  const app = `app: { id: ${APP}, privateKey: { file: app.pem }, commitsAs: "${bot}" }`;
  await writeFile(file, (await readFile(file, 'utf8')).replace('token: { file: token }', app));
}

describe('A promotion whose commits GitHub signs', () => {
  it('is merged where a rule wants that, also when it is rendered again', async ({ expect }) => {
    await withPlatform([{ name: 'dev', merge: 'approval' }], async (platform) => {
      await signInAsApp(platform);
      await onWorker(platform, async ({ promote }) => {
        const { forge, names } = platform;
        const promotion = await promote();
        const { request } = await promotion.reaches('dev', 'awaiting approval');
        platform.gitops.commit('dev', { 'README.md': 'Edited by hand.\n' });
        const again = await promotion.rendersAgain('dev', request?.head);
        forge.protectBranch(names.gitops, 'dev', { signedCommits: true });
        const authors = platform.gitops.git(['log', '-2', '--format=%ae', again.request?.head ?? '']).split('\n');
        expect(authors[0]).toBe(bot);
        expect(authors[1]).not.toBe(bot);
        const { request: now } = await promotion.reaches('dev', 'awaiting approval');
        await promotion.decide('approve', { environment: 'dev', head: now?.head });
        expect((await promotion.result()).state).toBe('promoted');
      });
    });
  });
});
