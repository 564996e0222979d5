import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningForge, startForge } from '../../../../fakes/github/start.ts';
import { createTestRepository, git, temporaryDirectory } from '../../../support/git.ts';
import { environmentFile } from '../platform-repository.ts';
import { fairlead } from '../test-io.ts';

const token = 'ghp_bot0123456789';

let directory: ReturnType<typeof temporaryDirectory>;
let server: RunningForge;
let checkout: string;

beforeEach(async () => {
  directory = temporaryDirectory('validate-forge');
  server = await startForge({ directory: join(directory.path, 'forge'), token });
  const gitops = await server.createRepository('acme', 'gitops');
  createTestRepository(gitops.directory).commit('dev', { 'README.md': 'Manifests of dev.\n' });
  const source = createTestRepository(join(directory.path, 'platform.git'));
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops.url} }\nstages: [dev]\n`;
  source.commit('main', {
    'fairlead.yaml': platform,
    'apps/web/kustomization.yaml': 'resources: []\n',
  });
  source.commit('dev', {
    'fairlead.yaml': environmentFile('merge: auto', 'clusters: none'),
    'one/apps/web/.gitkeep': '',
  });
  checkout = join(directory.path, 'checkout');
  git(directory.path, ['clone', '--quiet', '--branch', 'main', `file://${source.path}`, checkout]);
});
afterEach(async () => {
  await server.close();
  directory.remove();
});

function validate(env: NodeJS.ProcessEnv = { BOT_TOKEN: token }, args: readonly string[] = []) {
  const settings = join(directory.path, 'worker.yaml');
  const forge = `{ host: "${server.host}", kind: github, api: "${server.apiUrl}", token: { env: BOT_TOKEN } }`;
  writeFileSync(settings, `apiVersion: fairlead.dev/v1\nkind: Worker\nforges: [${forge}]\n`);
  return fairlead(['validate', checkout, ...args], { env: { FAIRLEAD_SETTINGS: settings, ...env } });
}

const remark =
  /The forge requires neither checks nor reviews for dev of \S+, and `merge` of dev is `auto`: its requests are merged at once\./;

test('an environment whose requests nobody looks at is told to be one, which is no fault', async () => {
  const { code, out, err } = await validate(undefined, ['--strict']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(remark);
  expect(JSON.parse((await validate(undefined, ['--json'])).out)).toMatchObject({
    environments: [{ remark: expect.stringMatching(remark) }],
  });
});

test('approvals that count for what is rendered later are told', async () => {
  server.protectBranch('acme/gitops', 'dev', { requiredApprovals: 1 });
  const { code, out } = await validate(undefined, ['--strict']);
  expect(code).toBe(0);
  expect(out).toMatch(/The forge keeps approvals of a request to dev of \S+ when Fairlead renders it again/);
  server.protectBranch('acme/gitops', 'dev', { requiredApprovals: 1, dismissesStale: true });
  expect((await validate()).out).not.toContain('keeps approvals');
});

test('what the token may not read is told to be so', async () => {
  server.protectBranch('acme/gitops', 'dev', { classic: true, requiredApprovals: 1 });
  const { code, out } = await validate(undefined, ['--strict']);
  expect(code).toBe(0);
  expect(out).not.toMatch(remark);
  expect(out).toMatch(
    /neither checks nor reviews for dev of \S+ in the rules that this token may read, .* unless a rule that it may not read asks for more/,
  );
});

test('nothing is told where the forge requires something, or says nothing, or nobody may ask', async () => {
  server.protectBranch('acme/gitops', 'dev', { requiredChecks: ['build'] });
  expect((await validate()).out).not.toContain('merged at once');
  server.protectBranch('acme/gitops', 'dev', {});
  server.fail({ times: 4, trouble: { kind: 'answer', status: 503 } });
  expect(await validate()).toMatchObject({ code: 0, out: expect.not.stringContaining('merged at once') });
  server.clearFaults();
  expect((await validate({})).out).not.toContain('merged at once');
  expect((await validate()).out).toMatch(remark);
});
