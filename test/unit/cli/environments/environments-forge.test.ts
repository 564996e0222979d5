import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningForge, startForge } from '../../../../fakes/github/start.ts';
import { createForges } from '../../../../src/forge/forges.ts';
import { platformId } from '../../../../src/platform/repository/platform-id.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { createWorld, type World } from './environment-world.ts';

const token = 'ghp_bot0123456789';
const main = 'a'.repeat(40);

let directory: ReturnType<typeof temporaryDirectory>;
let server: RunningForge;
let repository: { readonly url: string; readonly directory: string };
let world: World;

beforeEach(async () => {
  directory = temporaryDirectory('forge');
  server = await startForge({ directory: directory.path, token });
  repository = await server.createRepository('acme', 'gitops');
  world = worldWith({ BOT_TOKEN: token });
});
afterEach(async () => {
  world.close();
  await server.close();
  directory.remove();
});

function worldWith(env: NodeJS.ProcessEnv, host = server.host): World {
  const forge = `{ host: "${host}", kind: github, api: "${server.apiUrl}", token: { env: BOT_TOKEN } }`;
  const credentials = `git: { credentials: [{ host: "${server.host}", token: { env: GIT_TOKEN } }] }`;
  const settings = [`forges: [${forge}]`, credentials];
  return createWorld({ gitops: repository, settings, env: { GIT_TOKEN: token, ...env } });
}

async function openRequest(branch: string, base: string): Promise<void> {
  world.gitops.setBranch(branch, world.gitops.head(base) ?? '');
  const sha = world.gitops.commit(branch, { [`${branch}.txt`]: 'changed' });
  const settings = { host: server.host, kind: 'github', apiUrl: server.apiUrl, tokenName: 'BOT_TOKEN' } as const;
  const forge = createForges({ forges: [{ ...settings, token: async () => token }] }).for(repository.url);
  const draft = { base, title: `Bring ${branch}`, body: '', label: 'promoted', isInBase: async () => true };
  await forge.openPullRequest({ ...draft, head: { branch, sha } });
}

test('open requests of ours are shown, each in its environment; those of others are not', async () => {
  await openRequest(`deploy/${main}/dev`, 'dev');
  await openRequest('configure/dev', 'dev');
  await openRequest('renovate/dev', 'dev');
  await openRequest(`rollback/${main}/qa`, 'qa');
  const { code, out } = await world.run(['environments']);
  expect(code).toBe(0);
  expect(out).toMatch(/^dev .* #1 promotion, #2 config$/m);
  expect(out).toContain(`  #1 open: Bring deploy/${main}/dev ${repository.url}/pull/1\n`);
  expect(out).toMatch(/^qa .* #4 rollback$/m);
  expect(out).not.toContain('renovate');
  const { environments } = JSON.parse((await world.run(['environments', '--json'])).out);
  expect(environments[0].requests).toEqual([
    {
      number: 1,
      url: `${repository.url}/pull/1`,
      state: 'open',
      title: `Bring deploy/${main}/dev`,
      operation: 'promotion',
      main,
      workflowId: `promote/${platformId(world.source.path)}/${main}`,
    },
    expect.objectContaining({
      number: 2,
      operation: 'config change',
      workflowId: `configure/${platformId(world.source.path)}/dev`,
    }),
  ]);
});

test('an environment without an open request says so', async () => {
  const { code, out } = await world.run(['environments']);
  expect(code).toBe(0);
  expect(out).toMatch(/^dev .* -$/m);
});

test('a forge that is down is told, beside what git says', async () => {
  world.note('dev', world.gitops.head('dev') ?? '', {
    time: '2026-03-01T10:00:00.000Z',
    event: 'held',
    by: 'Ada',
    reason: 'audit',
  });
  server.fail({ match: /pulls/, times: 10, trouble: { kind: 'answer', status: 502 } });
  const { code, out } = await world.run(['environments']);
  expect(code).toBe(3);
  expect(out).toMatch(
    /^dev .* held +\?\n {2}error: .*\n {2}held since 2026-03-01 10:00:00Z by Ada \(as given\): audit$/m,
  );
});

test.each<[string, () => World, string]>([
  ['is not configured', () => worldWith({}, 'forge.example.com'), 'no forge is configured for 127.0.0.1:'],
  ['has no token here', () => worldWith({}), 'environment variable BOT_TOKEN is not set'],
])('a forge that %s is no error', async (_, create, words) => {
  world.close();
  world = create();
  const { code, out } = await world.run(['environments']);
  expect(code).toBe(0);
  expect(out).toMatch(/^dev .* \?$/m);
  expect(out).toContain(`Open requests are not known: ${words}`);
});
