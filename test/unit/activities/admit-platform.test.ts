import { describe, expect, it } from 'vitest';
import { admitPlatform } from '../../../src/activities/lane/admit-platform.ts';
import { createTestRepository, git, type TestRepository } from '../../support/git.ts';
import { useWorld } from './environment-world.ts';

const world = useWorld();
/** A directory without a repository: the one that was there was moved. */
const before = '/nowhere/acme/old.git';

interface Asked {
  readonly others?: boolean;
  /** Whom the lane belongs to. */
  readonly place?: { readonly source: string; readonly environment: string };
}

function admit(more: Asked = {}) {
  const place = { source: before, environment: 'qa' };
  return admitPlatform(world().dependencies, { ...world().place, place, others: false, ...more });
}

/** A copy of the source as it is now, on the same forge. */
function copied(): TestRepository {
  const { source } = world();
  const copy = createTestRepository(source.path.replace('platform.git', 'copy.git'));
  source.git(['push', '--quiet', copy.path, '+refs/heads/*:refs/heads/*']);
  return copy;
}

/** The outcome where the lane belongs to `former`, and our source asks for it. */
async function admitOver(former: TestRepository, environment = 'qa') {
  await world().deploy('promotion', world().release('1'));
  return admit({ place: { source: former.path, environment } });
}

it('A source that contains the deployed main commit takes the lane, whoever is there', async () => {
  const main = world().release('1');
  await world().deploy('promotion', main);
  world().release('2');
  expect(await admit({ others: true })).toEqual({ kind: 'taken' });
});

it('Any other is refused, with both sources and the remedy, also where the commit can be fetched from it', async () => {
  const first = world().source.head('main');
  const main = world().release('1');
  await world().deploy('promotion', main);
  // As from a fork: the commit is there, and on no main.
  git(world().source.path, ['branch', 'kept', 'main']);
  world().source.setBranch('main', first ?? '');
  const { source, gitops } = world().place;
  expect(await admit()).toEqual({
    kind: 'refused',
    why: expect.stringContaining(
      `Branch qa of ${gitops.repository} belongs to qa of ${before}, not to qa of ${source}: ` +
        `main ${main.slice(0, 8)}, which is deployed there, is not on main of ${source}.`,
    ),
  });
});

it('Where nothing is deployed, it goes to who comes while nobody is there', async () => {
  expect(await admit()).toEqual({ kind: 'taken' });
  expect(await admit({ others: true })).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('operations of that platform are in its lane'),
  });
});

describe('A copy of a source that is still in use', () => {
  it('takes no lane, although it contains the deployed commit', async () => {
    const former = copied();
    const { source, gitops } = world().place;
    expect(await admitOver(former)).toEqual({
      kind: 'refused',
      why: expect.stringContaining(
        `Branch qa of ${gitops.repository} belongs to qa of ${former.path}, not to qa of ${source}: ` +
          `qa of ${former.path} still names it, in fairlead.yaml of its config branch.`,
      ),
    });
  });

  it('is told how the lane is made to forget, where both are one repository under two URLs', async () => {
    const answer = await admitOver(copied());
    const command = /temporal workflow delete --query 'WorkflowId = "lane\/[^"']+\/qa"'/;
    expect(answer).toMatchObject({ kind: 'refused', why: expect.stringMatching(command) });
  });

  it('takes none either while nobody can read where the manifests go', async () => {
    const former = copied();
    former.commit('qa', { 'fairlead.yaml': 'kind: Environment\ngitops: [\n' });
    expect(await admitOver(former)).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(`nobody can tell whether qa of ${former.path} still names it. `),
    });
  });

  it.each<[what: string, retire: (former: TestRepository) => void]>([
    ['has no config branch any more', (former) => former.deleteBranch('qa')],
    ['has no main branch any more', (former) => former.deleteBranch('main')],
    [
      'does not list it any more',
      (former) => former.commit('main', { 'fairlead.yaml': platformFile(former).replace('qa', 'dev') }),
    ],
    ['was emptied', (former) => former.git(['update-ref', 'refs/heads/main', former.commit('empty', { a: '' })])],
    [
      'names another branch',
      (former) => former.commit('qa', { 'fairlead.yaml': `${environmentFile(former)}gitops: { branch: old }\n` }),
    ],
  ])('takes it where the former one %s', async (_, retire) => {
    const former = copied();
    retire(former);
    expect(await admitOver(former)).toEqual({ kind: 'taken' });
  });
});

it('An environment takes no lane of another one of its source that names the branch, whatever else is wrong there', async () => {
  const { source } = world();
  source.commit('prod', {
    'fairlead.yaml': 'apiVersion: fairlead.dev/v1\nkind: Environment\ngitops: { branch: qa }\nsoap: 1\n',
  });
  const stages = platformFile(source).replace(/stages:.*/, 'stages: [qa, prod]');
  source.commit('main', { 'fairlead.yaml': stages });
  expect(await admitOver(source, 'prod')).toMatchObject({ kind: 'refused' });
  source.commit('main', { 'fairlead.yaml': platformFile(source).replace(/stages:.*/, 'stages: [qa]') });
  expect(await admit({ place: { source: source.path, environment: 'prod' } })).toEqual({ kind: 'taken' });
});

function platformFile(source: TestRepository): string {
  return `${source.git(['show', 'main:fairlead.yaml'])}\n`;
}

function environmentFile(source: TestRepository): string {
  return `${source.git(['show', 'qa:fairlead.yaml'])}\n`;
}
