import { describe, expect, it } from 'vitest';
import { entryFromElsewhere, isSamePlace } from '../../../src/lane/place.ts';
import type { LaneEntry } from '../../../src/lane/types.ts';
import { Driver } from './driver.ts';

const place = { source: 'https://forge.test/acme/platform', environment: 'prod' };
const moved = { ...place, source: 'https://forge.test/acme/moved' };

describe('A lane’s place', () => {
  it('is the same for every way to write its source', () => {
    for (const source of ['git@forge.test:acme/platform.git', 'https://Forge.test/Acme/Platform'])
      expect(isSamePlace(place, { ...place, source })).toBe(true);
  });

  it('is another with another source, or another name of the environment', () => {
    expect(isSamePlace(place, moved)).toBe(false);
    expect(isSamePlace(place, { ...place, environment: 'production' })).toBe(false);
  });
});

describe('From elsewhere', () => {
  const driver = new Driver();
  driver.say('known', moved);
  const entry = driver.state.waiting[0] as LaneEntry;
  const from = (event: Parameters<typeof entryFromElsewhere>[2]) => entryFromElsewhere(place, driver.state, event)?.id;

  it('comes whoever is new and says so, also with a revert', () => {
    const revert = { commit: 'a', by: 'ann', from: 'b', to: 'c' };
    expect(from({ kind: 'enter', entry: { ...entry, id: 'new' } })).toBe('new');
    expect(from({ kind: 'reverted', entry: { ...entry, id: 'new' }, revert })).toBe('new');
  });

  it('does not come who is known, who is of the place, and who leaves', () => {
    expect(from({ kind: 'enter', entry })).toBeUndefined();
    expect(from({ kind: 'enter', entry: { ...entry, ...place, id: 'new' } })).toBeUndefined();
    expect(from({ kind: 'leave', id: 'new' })).toBeUndefined();
  });
});
