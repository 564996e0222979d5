import { describe, it } from 'vitest';
import { configStart } from '../../src/cli/temporal/starts.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { copyOf, promoteFrom } from './support/copies.ts';
import { startOperation } from './support/operations.ts';
import { onPlatform } from './support/promotion.ts';

const web = (version: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: web }\ndata: { version: "${version}" }\n`;

describe.concurrent('A source repository that was moved', () => {
  it('goes on in the same lane, which says from where', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async (context) => {
      const { platform, promote, lane } = context;
      expect((await (await promote()).result()).state).toBe('promoted');
      const copy = await copyOf(platform);
      platform.source.deleteBranch('dev');
      const commit = copy.source.commit('main', { 'apps/web/web.yaml': web('2') });
      expect((await (await promoteFrom(context, copy, commit)).result()).state).toBe('promoted');
      expect(platform.versionOn('dev')).toEqual({ version: '2' });
      const movedFrom = { source: platform.url, environment: 'dev' };
      expect(await lane('dev').status()).toMatchObject({ source: copy.url, environment: 'dev', movedFrom });
      const record = platform.gitops.git(['log', '--format=%N', '--notes=fairlead/dev', 'dev']);
      expect(record).toContain(`the branch belongs to dev of ${copy.url} now; before, it belonged to dev of`);
    });
  });
});

describe.concurrent('A copy of a platform', () => {
  it('deploys nothing to an environment that the platform still has', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async (context) => {
      const { platform, promote, lane } = context;
      await (await promote()).result();
      const copy = await copyOf(platform);
      const commit = copy.source.commit('main', { 'apps/web/web.yaml': web('stolen') });
      const other = await promoteFrom(context, copy, commit);
      await other.fails('dev', `dev of ${platform.url} still names it`);
      expect(platform.versionOn('dev')).toEqual({ version: '1' });
      expect(await lane('dev').status()).toMatchObject({ source: platform.url, waiting: [] });
      await other.decide('abort', { reason: 'a copy' });
      expect((await other.result()).state).toBe('aborted');
    });
  });
});

describe.concurrent('Another platform', () => {
  it('on the same GitOps branch needs a person, who is told of both', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async (context) => {
      const { platform, promote, lane } = context;
      await (await promote()).result();
      const copy = await copyOf(platform);
      const files = { 'fairlead.yaml': `${copy.source.git(['show', 'main:fairlead.yaml'])}\n` };
      copy.source.deleteBranch('main');
      const base = { 'apps/web/kustomization.yaml': 'resources: [web.yaml]\n', 'apps/web/web.yaml': web('9') };
      const commit = copy.source.commit('main', { ...files, ...base });
      const other = await promoteFrom(context, copy, commit);
      const { message } = await other.fails('dev', `is not on main of ${copy.url}`);
      expect(message).toContain(`belongs to dev of ${platform.url}, not to dev of ${copy.url}`);
      expect(await lane('dev').status()).toMatchObject({ source: platform.url, waiting: [] });
      await other.decide('abort', { reason: 'a wrong branch' });
      expect((await other.result()).state).toBe('aborted');
      expect((await (await promote(platform.release('2'))).result()).state).toBe('promoted');
    });
  });

  it('has requests and a record of its own for an environment of the same name and the same commit', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async (context) => {
      const { platform, test, promote, configure } = context;
      const main = platform.firstCommit;
      const copy = await copyOf(platform);
      const policy = 'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: manual\nsoak: 0s\n';
      copy.source.commit('dev', { 'fairlead.yaml': `${policy}gitops: { branch: east/dev }\nclusters: none\n` });
      platform.gitops.commit('east/dev', { 'README.md': 'Manifests of the other dev.\n' });

      const both = [await promote(), await promoteFrom(context, copy, main)];
      const requests = await Promise.all(
        both.map(async (each) => (await each.reaches('dev', 'pull request open')).request),
      );
      expect(requests.map((request) => request?.branch)).toEqual([`deploy/${main}/dev`, `deploy/${main}/east%2Fdev`]);
      for (const request of requests) await platform.merge(request?.number ?? 0);
      for (const each of both) expect((await each.result()).state).toBe('promoted');
      expect(platform.gitops.git(['for-each-ref', '--format=%(refname)', 'refs/notes']).split('\n')).toEqual([
        'refs/notes/fairlead/dev',
        'refs/notes/fairlead/east%2Fdev',
      ]);

      const value = { 'one/apps/web/overlays/value.yaml': web('1').replace('version', 'value') };
      const input = { source: copy.url, environment: 'dev', commit: copy.source.commit('dev', value) };
      const changes = [
        await configure('dev', platform.setValue('dev', 'blue')),
        await startOperation(test, configStart(platformId(copy.url), input)),
      ];
      const open = await Promise.all(
        changes.map(async (each) => (await each.reaches('dev', 'pull request open')).request),
      );
      expect(open.map((request) => request?.branch)).toEqual(['configure/dev', 'configure/east%2Fdev']);
      for (const request of open) await platform.merge(request?.number ?? 0);
      for (const each of changes) expect((await each.result()).state).toBe('configured');
    });
  });
});
