import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { brokenForwarder, fresherShop } from '../../../../demo/sample/commits.ts';
import { movedDatabase } from '../../../../demo/sample/config-branch.ts';
import { sampleEnvironments } from '../../../../demo/sample/environments.ts';
import { printEntry } from '../../../../src/record/lines.ts';
import { git } from '../../../support/git.ts';
import { createDemoWorld, type DemoWorld } from './demo-world.ts';

let world: DemoWorld;

beforeEach(async () => {
  world = await createDemoWorld();
});
afterEach(() => world.close());

const names = sampleEnvironments.map(({ name }) => name);

async function deploy(...environments: readonly string[]): Promise<void> {
  for (const name of environments) await world.deploy(name);
}

/** Writes files into a checkout; `null` removes a file or a directory. */
function change(checkout: string, files: Iterable<readonly [string, string | null]>): void {
  for (const [path, text] of files) {
    if (text === null) rmSync(join(checkout, path), { recursive: true });
    else writeFileSync(join(checkout, path), text);
  }
}

/** What a commit on main changes, as a line for each object. */
function changesIn(json: string, environment: string): readonly string[] {
  const { environments } = JSON.parse(json);
  const found = environments.find((each: { environment: string }) => each.environment === environment);
  return found.changes.map(
    ({ change, kind, namespace, name, groups, clusters }: Record<string, string & string[]>) =>
      `${change} ${kind} ${namespace}/${name}, ${groups?.length} groups, ${clusters?.length} clusters`,
  );
}

describe('In a checkout of main', () => {
  test('its files are set against what is deployed, committed or not', async () => {
    await deploy(...names);
    const checkout = world.clone('main');
    expect(await world.run(['diff'], { cwd: checkout })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^dev: no differences\n.*\n\nqa: no differences\n.*\n\nprod: no differences\n.*\n$/),
    });
    change(checkout, [...(await fresherShop()), ...(await brokenForwarder()), ['apps/green/orders', null]]);
    const { code, out, err } = await world.run(['diff'], { cwd: checkout });
    expect({ code, err }).toEqual({ code: 6, err: '' });
    const where = 'in all 3 groups (3 clusters)';
    for (const name of names)
      expect(out).toMatch(
        new RegExp(`^${name}: 3 removed, 2 changed\n  main as checked out \\([0-9a-f]{8}\\) with config`, 'm'),
      );
    expect(out.slice(0, out.indexOf('\n\n')).split('\n').slice(2)).toEqual([
      `  - ConfigMap green/orders-cosmos-db, apps/green/orders, ${where}`,
      `  - GitRepository green/orders, apps/green/orders, ${where}`,
      `  - Kustomization green/orders, apps/green/orders, ${where}`,
      `  ~ DaemonSet logging/log-forwarder, infra/logging/log-forwarder, ${where}`,
      '      + metadata.annotations: {"demo.fairlead.dev/unhealthy-in":"qa"}',
      '      spec.template.metadata.labels["app.kubernetes.io/version"]: "1.4" → "2.0"',
      '      spec.template.spec.containers[forwarder].image: "registry.acme.example/log-forwarder:1.4" → "registry.acme.example/log-forwarder:2.0"',
      `  ~ GitRepository blue/shop, apps/blue/shop, ${where}`,
      '      spec.interval: "1m" → "30s"',
      '  apps/green/orders is left out in north-europe, southeast-asia, west-us: it is assigned, but not in this commit of main.',
    ]);
  });

  test('a shallow and detached one is enough, as CI systems make it', async () => {
    await deploy('prod');
    world.source.setBranch('forwarder', world.source.head('main') ?? '');
    world.source.commit('forwarder', Object.fromEntries(await fresherShop()));
    const checkout = join(world.directory, 'ci');
    git(world.directory, ['init', '--quiet', checkout]);
    git(checkout, ['remote', 'add', 'origin', `file://${world.source.path}`]);
    git(checkout, ['fetch', '--quiet', '--depth=1', 'origin', 'refs/heads/forwarder:refs/remotes/pull/7/merge']);
    git(checkout, ['checkout', '--quiet', '--detach', 'refs/remotes/pull/7/merge']);
    const env = { GITHUB_BASE_REF: 'main', GITHUB_REF: 'refs/pull/7/merge', GITHUB_REF_NAME: '7/merge' };
    const { code, out } = await world.run(['diff', '--source', 'ci', '--environment', 'prod'], {
      cwd: world.directory,
      env,
    });
    expect({ code, out }).toEqual({ code: 6, out: expect.stringMatching(/^prod: 1 changed\n/) });
  });

  test('an environment that leaves the stages is told', async () => {
    await deploy('dev', 'qa');
    const checkout = world.clone('main');
    const file = join(checkout, 'fairlead.yaml');
    writeFileSync(file, git(checkout, ['show', 'HEAD:fairlead.yaml']).replace('[dev, qa, prod]', '[dev, qa]'));
    const { code, out } = await world.run(['diff'], { cwd: checkout });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('\nprod is no longer in `stages`') });
  });

  test('an environment that cannot be compared keeps nothing of the others back', async () => {
    await deploy('dev');
    world.source.commit('qa', { 'fairlead.yaml': 'apiVersion: fairlead.dev/v1\nkind: Environment\nsoak: x\n' });
    world.gitopsOf('prod').deleteBranch('prod');
    const { code, out } = await world.run(['diff'], { cwd: world.clone('main') });
    expect(code).toBe(2);
    expect(out).toContain('dev: no differences\n');
    expect(out).toMatch(
      /^qa: could not be compared\n {2}error: fairlead.yaml of branch qa, line 1: clusters is missing/m,
    );
    expect(out).toMatch(/^prod: could not be compared\n {2}error: .* has no branch prod, to which/m);
  });
});

test('both directions of two commits are the opposite of each other', async () => {
  await deploy(...names);
  const before = world.source.head('main') ?? '';
  world.source.commit('main', {
    ...Object.fromEntries(await fresherShop()),
    'apps/green/rbac.yaml': null,
    'apps/green/kustomization.yaml': 'resources: [namespace.yaml]\n',
  });
  const diff = async (...args: readonly string[]) => {
    const { code, out } = await world.run(['diff', '--source', world.source.path, '--format', 'json', ...args]);
    expect(code).toBe(6);
    return names.map((name) => changesIn(out, name));
  };
  const there = [
    'removed RoleBinding green/deployer, 3 groups, 3 clusters',
    'removed ServiceAccount green/deployer, 3 groups, 3 clusters',
    'changed GitRepository blue/shop, 3 groups, 3 clusters',
  ];
  const back = [
    'changed GitRepository blue/shop, 3 groups, 3 clusters',
    'added RoleBinding green/deployer, 3 groups, 3 clusters',
    'added ServiceAccount green/deployer, 3 groups, 3 clusters',
  ];
  expect(await diff('--to', before)).toEqual([there, there, there]);
  expect(await diff('--main', before, '--to', 'main')).toEqual([back, back, back]);
  // The branches hold what the older one rendered to.
  expect(await diff()).toEqual([there, there, there]);
});

describe('In a checkout of a config branch', () => {
  const qa = sampleEnvironments.find(({ name }) => name === 'qa');

  test('that environment alone is rendered, with the main commit that is deployed there', async () => {
    await deploy('qa');
    world.source.commit('main', Object.fromEntries(await fresherShop()));
    const checkout = world.clone('qa');
    change(checkout, qa ? movedDatabase(qa) : []);
    const { code, out } = await world.run(['diff'], { cwd: checkout });
    expect(code).toBe(6);
    expect(out).toMatch(/^qa: 3 changed\n {2}main [0-9a-f]{8} with config as checked out/);
    expect(out).toContain('data.COSMOS_ENDPOINT: "https://acme-blue-qa-westus.documents');
    expect(out).not.toContain('spec.interval');
    expect((await world.run(['diff', '--main', 'main'], { cwd: checkout })).out).toContain(
      'spec.interval: "1m" → "30s"',
    );
  });

  test('a main commit that changed nothing counts as deployed where the record says so', async () => {
    await deploy('qa');
    const [gitops, config] = [world.gitopsOf('qa'), world.source.head('qa') ?? ''];
    const kustomization = 'resources: [map.yaml]\n';
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: new, namespace: blue }\n';
    const main = world.source.commit('main', {
      'apps/blue/new/kustomization.yaml': kustomization,
      'apps/blue/new/map.yaml': map,
    });
    const entry = printEntry({
      time: '2026-03-01T10:00:00.000Z',
      event: 'deployed',
      operation: 'promotion',
      main,
      config,
    });
    gitops.git(['notes', '--ref=fairlead/qa', 'append', '-m', entry, gitops.head('qa') ?? '']);
    const checkout = world.clone('qa');
    git(checkout, ['switch', '--quiet', '--detach']);
    git(checkout, ['rm', '-rq', 'load']);
    writeFileSync(join(checkout, 'functional/west-us/apps/blue/shop/more.yaml'), '');
    for (const group of ['functional/west-us', 'functional/north-europe']) {
      git(checkout, ['mv', `${group}/apps/blue/cart`, `${group}/apps/blue/new`]);
      writeFileSync(join(checkout, group, 'apps/blue/new/kustomization.yaml'), '');
    }
    rmSync(join(checkout, 'functional/west-us/apps/blue/shop/more.yaml'));
    const { out } = await world.run(['diff', '--json'], { cwd: checkout, env: { GITHUB_BASE_REF: 'qa' } });
    expect(changesIn(out, 'qa')).toContain('added ConfigMap blue/new, 2 groups, 2 clusters');
  });

  test('a group that goes as a whole is told', async () => {
    await deploy('qa');
    const checkout = world.clone('qa');
    change(checkout, [['load', null]]);
    const { code, out } = await world.run(['diff'], { cwd: checkout });
    expect(code).toBe(6);
    expect(out).toMatch(/^qa: 24 removed\n/);
    expect(out).toContain('  - Namespace blue, apps/blue, in load/southeast-asia (1 cluster)\n');
    expect(out).toContain(
      '  The group load/southeast-asia goes as a whole: Flux does not find its folder any more, and',
    );
    expect(out).toMatch(
      /\n {2}The guard names what goes: .*Namespace blue.*; all of the group load\/southeast-asia \(1 cluster, which keep it\); 24 of \d+ objects\. It would be refused, whatever is approved: The last leaf of the group load\/southeast-asia goes from qa, of which clusters are listed: \S+\. .*load\/southeast-asia\/kustomization\.yaml with "resources: \[\]"/,
    );
    const emptied = 'load/southeast-asia/kustomization.yaml';
    mkdirSync(dirname(join(checkout, emptied)), { recursive: true });
    change(checkout, [[emptied, 'resources: []\n']]);
    const { out: said } = await world.run(['diff'], { cwd: checkout });
    expect(said).toMatch(/^qa: 24 removed\n/);
    expect(said).toContain('  The group load/southeast-asia is emptied: Flux removes what it has applied there.\n');
    expect(said).toMatch(/Under auto and approval it needs fairlead approve … --removals\.\n/);
  });

  test('a group whose folder others keep is emptied, and not gone', async () => {
    await deploy('qa');
    world.gitopsOf('qa').commit('qa', {
      'load/southeast-asia/flux-system/sync.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: sync, namespace: flux-system }\n',
    });
    const checkout = world.clone('qa');
    change(checkout, [['load', null]]);
    const { code, out } = await world.run(['diff'], { cwd: checkout });
    expect(code).toBe(6);
    expect(out).toContain('  The group load/southeast-asia is emptied: Flux removes what it has applied there.\n');
    expect(out).toContain('all of the group load/southeast-asia (1 cluster); 24 of');
    expect(out).toMatch(/Under auto and approval it needs fairlead approve … --removals\.\n/);
    expect(out).not.toContain('refused');
  });
});

test('two environments are compared group by group, whatever the groups are called', async () => {
  const { code, out } = await world.run([
    'diff',
    '--environment',
    'prod',
    '--against',
    'qa',
    '--source',
    world.source.path,
  ]);
  expect(code).toBe(6);
  expect(out).toContain(', against qa, main ');
  expect(out).toContain('Group us/west is compared with group functional/west-us.\n');
  expect(out).toContain(
    '  ~ Kustomization blue/shop, apps/blue/shop, in all 3 groups (3 clusters)\n      spec.path: "./deploy/qa" → "./deploy/prod"\n',
  );
  expect(out).not.toMatch(/COSMOS_REGION|[-+] (ConfigMap|Namespace)/);
});

test('the leaf that several clusters share is told once, with their number', async () => {
  await deploy('dev');
  const clusters = ['a', 'b', 'c', 'd'].map((name) => `  - { name: dev-${name}, group: west-us }\n`).join('');
  const policy = world.source.git(['show', 'dev:fairlead.yaml']);
  world.source.commit('dev', { 'fairlead.yaml': `${policy}\n${clusters}` });
  world.source.commit('main', Object.fromEntries(await fresherShop()));
  const { out } = await world.run(['diff', '--source', world.source.path, '--environment', 'dev']);
  expect(out.match(/GitRepository blue\/shop/g)).toHaveLength(1);
  expect(out).toContain('  ~ GitRepository blue/shop, apps/blue/shop, in all 3 groups (7 clusters)\n');
});

test('an edit by hand on the GitOps branch is what a promotion would take back', async () => {
  await deploy('dev');
  const gitops = world.gitopsOf('dev');
  const [path, kustomization] = ['west-us/apps/blue/blue.yaml', 'west-us/apps/kustomization.yaml'];
  gitops.commit('dev', {
    [path]: gitops.git(['show', `dev:${path}`]).replace('name: blue\n', 'name: blue\n  annotations: { by: hand }\n'),
    [kustomization]: gitops.git(['show', `dev:${kustomization}`]).replace(/- green\n?/, ''),
    'west-us/theirs/theirs.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: theirs }\n',
  });
  const { code, out } = await world.run(['diff', '--source', world.source.path, '--environment', 'dev']);
  expect(code).toBe(6);
  expect(out).toContain('      - metadata.annotations: {"by":"hand"}\n');
  expect(out).toContain(
    'Kustomization apps/kustomization.yaml, apps, in west-us (1 cluster)\n      + resources[1]: "green"\n',
  );
  expect(out).not.toContain('theirs');
});
