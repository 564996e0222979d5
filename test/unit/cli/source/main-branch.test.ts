import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createTestRepository, type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { platformRepository } from '../platform-repository.ts';
import { fairlead } from '../test-io.ts';

const { path: directory, remove } = temporaryDirectory('main-branch');
afterAll(remove);

let source: TestRepository;

/** The platform lies on `trunk`, and the remote's HEAD names `main`, where something else is. */
beforeAll(() => {
  const gitops = createTestRepository(join(directory, 'acme/gitops.git'));
  for (const name of ['dev', 'qa']) gitops.commit(name, { 'README.md': `Manifests of ${name}.\n` });
  source = platformRepository(join(directory, 'acme/platform.git'));
  source.setBranch('trunk', source.head('main') ?? '');
  source.commit('trunk', {
    'fairlead.yaml': `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops.path} }\nstages: [dev, qa]\n`,
  });
  source.commit('main', { 'fairlead.yaml': null, 'README.md': 'The platform is on trunk.\n' });
  source.commit('dev', {
    'us/west/apps/blue/shop/overlays/shop.yaml': null,
    'us/west/apps/blue/shop/kustomization.yaml':
      'resources: ["https://github.com/acme/platform//apps/blue/shop?ref=trunk"]\n',
  });
});

const run = (args: readonly string[]) =>
  fairlead([...args, '--source', source.path], {
    env: {
      HOME: process.env.HOME,
      FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
      FAIRLEAD_SOURCE: 'https://github.com/acme/platform',
      // Nobody listens there: what has found its lane ends with code 3, after five seconds.
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    },
  });

describe.concurrent('--main-branch names another than the HEAD of the remote, for', () => {
  it.for([
    { args: ['status', '--environment', 'qa'], code: 3, words: 'Temporal does not answer' },
    { args: ['hold', 'qa', '--reason', 'load test'], code: 3, words: 'Temporal does not answer' },
    { args: ['resume', 'qa'], code: 3, words: 'Temporal does not answer' },
    { args: ['history', 'qa'], code: 0, words: 'Nothing is recorded of qa yet.' },
    { args: ['environments'], code: 0, words: 'nothing' },
  ])('$args.0', async ({ args, code, words }, { expect }) => {
    const there = await run([...args, '--main-branch', 'trunk']);
    expect({ code: there.code, text: there.out + there.err }).toEqual({ code, text: expect.stringContaining(words) });
    expect(await run(args)).toMatchObject({ code: 2, err: expect.stringContaining('fairlead.yaml is missing') });
    const nowhere = await run([...args, '--main-branch', 'stem']);
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('has no branch stem') });
  });

  it('render, where references to that branch are bases', async ({ expect }) => {
    const render = (...more: readonly string[]) =>
      run(['render', '--main', 'trunk', '--environment', 'dev', '--out', join(directory, 'out'), ...more]);
    expect(await render()).toMatchObject({ code: 2, err: expect.stringContaining('?ref=trunk') });
    expect(await render('--main-branch', 'trunk')).toMatchObject({ code: 0, err: '' });
  });
});
