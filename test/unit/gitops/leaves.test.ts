import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reachOf } from '../../../src/fleet/coverage/reach.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { leavesAt } from '../../../src/gitops/leaves/leaves.ts';
import { createTestRepository, gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory('leaves');
});
afterEach(() => directory.remove());

const groups = new Map([['west', ['apps']]]);
const reconcile = 'kustomize.toolkit.fluxcd.io';

function object(kind: string, name: string, more: object = {}): object {
  return { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, metadata: { name, namespace: 'blue', ...more } };
}

/** Reads the leaves of a branch that holds these files and `west`'s kustomizations. */
async function leavesOf(files: Readonly<Record<string, string>>) {
  const repository = createTestRepository(`${directory.path}/gitops.git`);
  const commit = repository.commit('qa', {
    'west/kustomization.yaml': 'resources: [apps]\n',
    'west/apps/kustomization.yaml': 'resources: [shop]\n',
    'west/apps/shop/kustomization.yaml': 'resources: [shop.yaml]\n',
    ...files,
  });
  const opened = createGitRepositories({ cacheDir: `${directory.path}/cache`, environment: gitTestEnvironment }).open(
    repository.path,
  );
  await opened.ensureCommit(commit);
  return leavesAt(opened, commit, groups);
}

describe('The leaves of a commit', () => {
  it('name an object of megabytes at once', async () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `  k${index}: "0123456789"\n`).join('');
    const large = `apiVersion: v1\ndata:\n${keys}kind: ConfigMap\nmetadata:\n  name: large\n  namespace: blue\n`;
    const { leaves } = await leavesOf({ 'west/apps/shop/shop.yaml': large });
    expect(leaves.get('west')?.[0]?.objects).toMatchObject([{ kind: 'ConfigMap', name: 'large', namespace: 'blue' }]);
  });

  it('name their objects, those in lists and of several documents, too', async () => {
    const documents = [
      object('Deployment', 'web'),
      { apiVersion: 'v1', kind: 'ConfigMapList', items: [object('ConfigMap', 'one'), object('ConfigMap', 'two')] },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'blue' } },
    ];
    const { leaves } = await leavesOf({
      'west/apps/shop/shop.yaml': `${documents.map((each) => JSON.stringify(each)).join('\n---\n')}\n---\n`,
    });
    expect(leaves).toEqual(
      new Map([
        [
          'west',
          [
            {
              folder: 'west/apps/shop',
              objects: [
                {
                  apiVersion: 'apps/v1',
                  group: 'apps',
                  kind: 'Deployment',
                  namespace: 'blue',
                  name: 'web',
                  optional: false,
                },
                { apiVersion: 'v1', group: '', kind: 'ConfigMap', namespace: 'blue', name: 'one', optional: false },
                { apiVersion: 'v1', group: '', kind: 'ConfigMap', namespace: 'blue', name: 'two', optional: false },
                { apiVersion: 'v1', group: '', kind: 'Namespace', namespace: '', name: 'blue', optional: false },
              ],
            },
          ],
        ],
      ]),
    );
  });

  it.each([
    [`${reconcile}/ssa`, 'IfNotPresent', true],
    [`${reconcile}/ssa`, 'Ignore', true],
    [`${reconcile}/ssa`, 'Merge', false],
    [`${reconcile}/reconcile`, 'disabled', true],
    [`${reconcile}/prune`, 'disabled', false],
  ])('with %s: %s may be left alone by Flux: %s', async (annotation, value, optional) => {
    const manifest = object('ConfigMap', 'one', { annotations: { [annotation]: value } });
    const { leaves } = await leavesOf({ 'west/apps/shop/shop.yaml': JSON.stringify(manifest) });
    expect(leaves.get('west')?.[0]?.objects).toEqual([expect.objectContaining({ name: 'one', optional })]);
  });

  it('do not name what kustomize keeps to itself', async () => {
    const annotations = { 'config.kubernetes.io/local-config': 'true' };
    const { leaves } = await leavesOf({
      'west/apps/shop/shop.yaml': JSON.stringify(object('ConfigMap', 'one', { annotations })),
    });
    expect(leaves.get('west')?.[0]?.objects).toEqual([]);
  });

  it('are reached from the folders that list them', async () => {
    const { folders } = await leavesOf({
      'west/apps/shop/shop.yaml': JSON.stringify(object('ConfigMap', 'one')),
      'clusters/west/Kustomization': 'resources: [../../west]\n',
      'clusters/east/kustomization.yml': 'resources: [[]]\n',
      'clusters/broken/kustomization.yaml': 'resources: [\n',
      'clusters/alias/kustomization.yaml': 'resources: &all [x]\nbases: *all\n',
      'clusters/merge/kustomization.yaml': '%YAML 1.1\n---\n<<: 5\n',
    });
    const reach = reachOf(folders);
    expect([...reach('clusters/west').keys()]).toEqual(['west/apps/shop']);
    expect([...reach('clusters/east').keys()]).toEqual([]);
    expect([...reach('clusters/broken').keys()]).toEqual([]);
  });

  it('are changed on the way by what an overlay adds, but not by labels', async () => {
    const overlay = (more: string) => ({ 'clusters/west/kustomization.yaml': `resources: [../../west]\n${more}` });
    const shop = { 'west/apps/shop/shop.yaml': JSON.stringify(object('ConfigMap', 'one')) };
    const onTheWay = async (more: string) =>
      reachOf((await leavesOf({ ...shop, ...overlay(more) })).folders)('clusters/west').get('west/apps/shop');
    expect(await onTheWay('images: [{ name: shop, newTag: "0" }]\npatches: []\n')).toEqual([
      'clusters/west/kustomization.yaml (images)',
    ]);
    expect(await onTheWay('labels: [{ pairs: { team: blue } }]\n')).toEqual([]);
  });

  it('that somebody wrote in megabytes of another form are refused before they are parsed', async () => {
    const rubbish = `{ x: ${'[]'.repeat(500_000)} }\n`;
    await expect(leavesOf({ 'west/apps/shop/shop.yaml': rubbish })).rejects.toThrow('(more than 256 KiB)');
  });

  it('are found beside kustomizations that somebody pushed by the hundred, of which few are parsed', async () => {
    const odd = Array.from({ length: 60 }, (_, index) => `x${index}: ${'[]'.repeat(15_000)}\n`);
    const files = odd.map((text, index) => [`odd/${index}/kustomization.yaml`, text] as const);
    const { leaves, folders } = await leavesOf({
      ...Object.fromEntries(files),
      'west/apps/shop/shop.yaml': JSON.stringify(object('Deployment', 'web')),
    });
    expect(leaves.get('west')?.[0]?.objects).toMatchObject([{ kind: 'Deployment', name: 'web' }]);
    expect([...reachOf(folders)('west').keys()]).toEqual(['west/apps/shop']);
  });

  it('let others go on between two documents of a file', async () => {
    const documents = Array.from({ length: 60 }, (_, index) => `x: [${'!a a,'.repeat(3_000)}a${index}]\n`).join(
      '---\n',
    );
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    });
    await leavesOf({ 'west/apps/shop/shop.yaml': documents }).finally(() => clearInterval(ticking));
    expect(turns).toBeGreaterThan(20);
  });

  it('that are no YAML are refused, with the file and the remedy', async () => {
    await expect(leavesOf({ 'west/apps/shop/shop.yaml': 'kind: [\n' })).rejects.toThrow(
      /^west\/apps\/shop\/shop\.yaml on the GitOps branch is not YAML \(.*\): put it back, and retry\.$/,
    );
  });
});
