import { expect, it } from 'vitest';
import { admitPlatform } from '../../../src/activities/lane/admit-platform.ts';
import { git } from '../../support/git.ts';
import { useWorld } from './environment-world.ts';

const world = useWorld();
const before = 'https://forge.test/acme/old';

function admit(more: { readonly source?: string; readonly others?: boolean } = {}) {
  const place = { source: before, environment: 'qa' };
  return admitPlatform(world().dependencies, { ...world().place, place, others: false, ...more });
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
