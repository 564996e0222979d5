import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rendererCheck } from '../../../../src/cli/doctor/ask/renderer.ts';
import { askTemporal, temporalCheck, withoutTemporal } from '../../../../src/cli/doctor/ask/temporal.ts';
import { type TroubleName, troubles } from '../../../../src/cli/doctor/catalogue.ts';
import type { DoctorFinding } from '../../../../src/cli/doctor/finding.ts';
import { reportFinding } from '../../../../src/cli/doctor/judge/access.ts';
import { clockFindings } from '../../../../src/cli/doctor/judge/clock.ts';
import { ruleFindings } from '../../../../src/cli/doctor/judge/rules.ts';
import { runChecks } from '../../../../src/cli/doctor/run-checks.ts';
import type { Failure } from '../../../../src/failure.ts';
import { userWhoMayMerge } from '../../../../src/forge/auto-remark.ts';
import { loadSettings } from '../../../../src/settings/settings.ts';
import { serverTooOld } from '../../../../src/temporal/server-version.ts';
import { version } from '../../../../src/version.ts';
import { freePorts } from '../../../support/network/free-ports.ts';
import { createDoctorWorld, type DoctorWorld, type LookOptions } from './doctor-world.ts';
import { registered, type StubOptions, stubTemporal } from './stub-temporal.ts';

type Findings = Promise<readonly DoctorFinding[]> | readonly DoctorFinding[];

let world: DoctorWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Looks at a platform in which something is not as it should be. */
async function lookAfter(
  change: (world: DoctorWorld) => unknown,
  options?: LookOptions,
): Promise<readonly DoctorFinding[]> {
  world = await createDoctorWorld();
  await change(world);
  return world.look(options);
}

/** Answers the next read of the GitOps repository as GitHub would with other headers or fields. */
function answering({ server }: DoctorWorld, headers: Readonly<Record<string, string>>, fields: object = {}): void {
  const body = { archived: false, private: true, permissions: { push: true }, ...fields };
  server.fail({ match: /^GET \/repos\/acme\/gitops$/, trouble: { kind: 'answer', status: 200, body, headers } });
}

const temporal = (options: StubOptions) =>
  askTemporal(stubTemporal(options), { taskQueue: 'fairlead', limitMs: 5_000 });
const noRules = { checks: [], approvals: 0, bindsApprovals: false, codeOwners: false, queue: false, others: [] };
const digest = '0123456789ab';
const own = { build: `${version}-${digest}`, settings: 'same' };

async function renderer(program: string | undefined): Promise<readonly DoctorFinding[]> {
  world = await createDoctorWorld();
  const file = join(world.directory, 'renderer');
  if (program !== undefined) writeFileSync(file, program);
  if (program !== undefined) chmodSync(file, 0o755);
  const env = {
    ...world.env(),
    FAIRLEAD_CACHE: join(world.directory, 'empty'),
    ...(program && { FAIRLEAD_RENDERER: file }),
  };
  return runChecks([rendererCheck(await loadSettings(env), env, 5_000)]);
}

/** A promotion's request to dev that waits, with no check reported. */
async function openRequest({ server, gitops, gitopsUrl }: DoctorWorld, head = `deploy/${'a'.repeat(40)}/dev`) {
  gitops.setBranch(head, gitops.head('dev') ?? '');
  gitops.commit(head, { 'west/apps/shop/more.txt': 'more' });
  const body = JSON.stringify({ title: 'Promote', head, base: 'dev' });
  const headers = { authorization: 'token ghp_bot0123456789', 'content-type': 'application/json' };
  const answer = await fetch(`${server.apiUrl}/repos/acme/gitops/pulls`, { method: 'POST', headers, body });
  expect(answer.status, `${gitopsUrl} opens a request`).toBe(201);
}

/** What each ✘ is found by. A check that finds something else does not compile before it stands here. */
const found: Readonly<Record<TroubleName, () => Findings>> = {
  'temporal away': async () => {
    const [port] = await freePorts(1);
    const env = { TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
    return runChecks([temporalCheck({ env, taskQueue: 'fairlead', limitMs: 5_000 })]);
  },
  'temporal refuses': () => {
    const env = { TEMPORAL_TLS_CLIENT_CERT_PATH: '/nonexistent/certificate.pem' };
    return runChecks([temporalCheck({ env, taskQueue: 'fairlead', limitMs: 5_000 })]);
  },
  'temporal too old': () => withoutTemporal(serverTooOld('1.20.0', 'temporal:7233') as Failure),
  'no namespace': () => temporal({ namespace: 5 }),
  'attributes missing': () => temporal({ attributes: {} }),
  'attribute of another type': () => temporal({ attributes: { ...registered, FairleadState: 1 } }),
  'no worker': () => temporal({}),
  'idle workers': () => temporal({ pollers: [own], current: 'another' }),
  'another release than this command': () => temporal({ pollers: [{ ...own, build: `9.9.9-${digest}` }] }),
  'workers of several releases': () => temporal({ pollers: [own, { ...own, build: `${version}-ba9876543210` }] }),
  'workers with other settings': () => temporal({ pollers: [own, { ...own, settings: 'other' }] }),
  'no renderer': () => renderer(undefined),
  'unfit renderer': () => renderer('#!/bin/sh\necho "I am none"\n'),
  'unreadable source': () => lookAfter(() => undefined, { url: '/nonexistent/platform.git' }),
  'environment file': () => lookAfter(({ policy }) => policy('merge: soon', 'clusters: none')),
  'group without cluster': () => lookAfter(({ policy }) => policy('clusters: [{ name: dev-1, group: east }]')),
  'no GitOps branch': () => lookAfter(({ gitops }) => gitops.deleteBranch('dev')),
  'push refused': () => lookAfter(addReader, { token: 'ghp_reader' }),
  'forge refuses': () =>
    lookAfter(({ server }) => server.fail({ match: /gitops$/, trouble: { kind: 'answer', status: 401 } })),
  archived: () => lookAfter(({ server }) => server.archive('acme/gitops')),
  'may not report': () => reportsToForge({ token: 'ghp_reader' }),
  'permissions missing': () => lookAfter((at) => answering(at, { 'x-oauth-scopes': 'read:org' })),
  'token ends soon': () =>
    lookAfter((at) => answering(at, { 'github-authentication-token-expiration': '2020-01-01 00:00:00 UTC' })),
  'little budget': () => {
    const reset = String(Math.round(Date.now() / 1000) + 3_000);
    const limits = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '20', 'x-ratelimit-reset': reset };
    return lookAfter((at) => answering(at, limits));
  },
  'no way to merge': () =>
    lookAfter((at) =>
      answering(at, {}, { allow_merge_commit: false, allow_squash_merge: false, allow_rebase_merge: false }),
    ),
  'pushes refused by rules': () =>
    lookAfter(({ server }) => server.setRulesets('acme/gitops', [{ branches: 'configure/**', blocks: ['creation'] }])),
  'may not merge': () =>
    ruleFindings(
      { name: 'dev', gitops: { repository: 'https://github.com/acme/gitops', branch: 'dev' }, merge: 'approval' },
      { ...noRules, others: [userWhoMayMerge] },
    ),
  'nothing required under auto': () => lookAfter(({ policy }) => policy('merge: auto', 'clusters: none')),
  'approvals outlive a push': () =>
    lookAfter(({ policy, server }) => {
      policy('merge: auto', 'clusters: none');
      server.protectBranch('acme/gitops', 'dev', { requiredApprovals: 1 });
    }),
  'check never reported': () =>
    lookAfter(async (at) => {
      await openRequest(at);
      at.server.protectBranch('acme/gitops', 'dev', { requiredChecks: ['e2e'] });
    }),
  'unreachable cluster': () => lookAfter(async (at) => (await at.startCluster()).cluster('dev-1').setReachable(false)),
  'no Flux': () => lookAfter((at) => at.startCluster({ flux: false })),
  'folder not applied': () => lookAfter((at) => at.startCluster({ paths: ['east'] })),
  'health not evaluated': () => lookAfter((at) => at.startCluster({ paths: [{ path: 'west', wait: false }] })),
  'Flux at rest': () => lookAfter((at) => at.startCluster({ paths: [{ path: 'west', suspend: true }] })),
  'changed by Flux': () =>
    lookAfter(async (at) => {
      at.gitops.commit('dev', {
        'west/kustomization.yaml': 'resources: [apps/shop]\nimages: [{ name: shop, newTag: "2" }]\n',
      });
      await at.startCluster();
    }),
  'may not annotate': () => lookAfter((at) => at.startCluster({ permissions: { patch: [] } })),
  'may not read': () => lookAfter(cutOffKinds),
  'record key': () =>
    lookAfter(({ source, gitopsUrl }) => {
      const record = 'record: { publicKeys: [MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=] }';
      const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitopsUrl} }\n${record}\nstages: [dev]\n`;
      source.commit('main', { 'fairlead.yaml': platform });
    }),
  'clock off': () => clockFindings('dev-1', Date.now() - 120_000, Date.now()),
  'check failed': () =>
    lookAfter(({ server }) => server.fail({ match: /gitops$/, times: 9, trouble: { kind: 'silence' } }), {
      limitMs: 1_500,
    }),
};

/** Not a fault: a choice, or something that no promotion needs. */
const warnings: readonly TroubleName[] = ['nothing required under auto', 'may not report'];

/** Looks at a platform whose source is on the forge, too, where eve may read. */
async function reportsToForge(options: LookOptions = {}): Promise<readonly DoctorFinding[]> {
  world = await createDoctorWorld();
  addReader(world);
  const { url, directory } = await world.server.createRepository('acme', 'platform');
  world.source.git(['push', '--quiet', directory, 'main', 'dev']);
  return world.look({ url, ...options });
}

describe('Statuses on the source', () => {
  const of = (findings: readonly DoctorFinding[]) => findings.filter(({ check }) => check === 'reports');

  it('are well where the account may write there, and not asked where nobody wants them', async () => {
    expect(of(await reportsToForge())).toMatchObject([{ state: 'well' }]);
    const { host, apiUrl } = world?.server ?? expect.unreachable();
    const forge = `{ host: "${host}", kind: github, api: "${apiUrl}", token: { env: BOT_TOKEN }, statuses: false, deployments: false }`;
    const url = `${world?.gitopsUrl}`.replace('gitops', 'platform');
    expect(of((await world?.look({ url, forge })) ?? [])).toMatchObject([
      { state: 'not asked', detail: 'the settings switch them off' },
    ]);
    expect(of((await world?.look()) ?? [])).toMatchObject([{ detail: 'a local repository has no forge' }]);
  });

  it('need permissions of their own of an App', () => {
    const access = { isArchived: false, permissionRemedy: '', lacking: { needed: [], wished: ['statuses: write'] } };
    expect(reportFinding('x', access)).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('is not given statuses: write'),
    });
    expect(reportFinding('x', { ...access, lacking: undefined })).toMatchObject({ state: 'not asked' });
  });
});

function addReader({ server }: DoctorWorld): void {
  server.addUser({ login: 'eve', token: 'ghp_reader', permission: 'read' });
}

/** Kinds are served by the stand-in from when Flux has applied one. */
async function cutOffKinds(at: DoctorWorld): Promise<void> {
  const fleet = await at.startCluster({ permissions: { unlisted: ['configmaps'] } });
  await expect.poll(() => fleet.cluster('dev-1').objects('ConfigMap')).toHaveLength(1);
}

describe('Every ✘ and warning of the catalogue', () => {
  it.each(Object.keys(troubles) as TroubleName[])('%s is found, and says what mends it', async (name) => {
    const findings = await found[name]();
    const [finding] = findings.filter((each) => 'trouble' in each && each.trouble === name);
    expect(finding, JSON.stringify(findings, undefined, 1)).toMatchObject({
      check: troubles[name].check ?? expect.any(String),
      state: warnings.includes(name) ? 'warning' : 'wrong',
      detail: expect.stringMatching(/\S+ \S+/),
      remedy: expect.stringMatching(/^[A-Z].{10}/s),
    });
    expect(JSON.stringify(findings)).not.toMatch(/ghp_/);
  });
});
