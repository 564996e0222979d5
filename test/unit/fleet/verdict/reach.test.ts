import { describe, expect, test } from 'vitest';
import { type FolderKustomization, reachOf } from '../../../../src/fleet/coverage/reach.ts';

const manifests = [
  'west/apps/shop/shop.yaml',
  'west/apps/till/till.yaml',
  'west/infra/dns/dns.yaml',
  'clusters/west/extra.yaml',
];
/** The layout that Fairlead writes, and overlays of people. */
const lists = new Map<string, readonly string[]>([
  ['west', ['apps', 'infra']],
  ['west/apps', ['shop', 'till']],
  ['west/apps/shop', ['shop.yaml']],
  ['west/apps/till', ['till.yaml']],
  ['west/infra', ['dns']],
  ['west/infra/dns', ['dns.yaml']],
  ['overlay', ['../west', 'https://github.com/acme/other//base']],
  ['partial', ['../west/apps/shop/', '../west/infra/dns/dns.yaml']],
  ['circle', ['../circle', '../west/infra']],
  ['outside', ['../../west', '/west']],
]);
const kustomizations: ReadonlyMap<string, FolderKustomization> = new Map(
  [...lists].map(([folder, entries]) => [folder, { entries, alters: [] }]),
);
const all = ['west/apps/shop', 'west/apps/till', 'west/infra/dns'];

describe('what a Flux Kustomization applies manifests from, by its path', () => {
  test.each<[string, string, readonly string[]]>([
    ['a group', 'west', all],
    ['a part of a group', 'west/apps', ['west/apps/shop', 'west/apps/till']],
    ['a leaf', 'west/infra/dns', ['west/infra/dns']],
    ['a folder that lists the group', 'overlay', all],
    ['a folder that lists a leaf and a file', 'partial', ['west/apps/shop', 'west/infra/dns']],
    ['a folder that lists itself', 'circle', ['west/infra/dns']],
    ['a folder that lists what is outside of the branch', 'outside', []],
    ['a folder without a kustomization', 'clusters', ['clusters/west']],
    ['a folder that is not there', 'nowhere', []],
  ])('%s', (_, path, folders) => {
    expect([...reachOf({ manifests, kustomizations })(path).keys()].sort()).toEqual([...folders].sort());
  });

  test('the root, which has no kustomization: everything below', () => {
    expect([...reachOf({ manifests, kustomizations })('').keys()].sort()).toEqual(['clusters/west', ...all].sort());
  });

  test('the root, whose kustomization omits the group: nothing of it', () => {
    const omitting = new Map<string, FolderKustomization>([
      ...kustomizations,
      ['', { entries: ['clusters/west/extra.yaml'], alters: [] }],
    ]);
    expect([...reachOf({ manifests, kustomizations: omitting })('').keys()]).toEqual(['clusters/west']);
  });

  test('an overlay that changes what it lists is named on the way to each folder, and nothing else is', () => {
    const changing = new Map<string, FolderKustomization>([
      ...kustomizations,
      ['overlay', { entries: ['../west'], alters: ['images', 'patches'] }],
    ]);
    const reach = reachOf({ manifests, kustomizations: changing });
    expect(reach('overlay').get('west/infra/dns')).toEqual(['overlay/kustomization.yaml (images, patches)']);
    expect(reach('west').get('west/infra/dns')).toEqual([]);
  });

  test('folders of which each lists the next one twice, and a hundred thousand side by side, in no time', () => {
    const chain = Array.from({ length: 60 }, (_, index): [string, FolderKustomization] => [
      `c${index}`,
      { entries: [`../c${index + 1}`, `../c${index + 1}/`, '../west'], alters: ['images'] },
    ]);
    const many = Array.from({ length: 100_000 }, (_, index): [string, FolderKustomization] => [
      `many/${index}`,
      { entries: [], alters: [] },
    ]);
    const wide = new Map([...kustomizations, ...chain, ...many]);
    const reach = reachOf({ manifests, kustomizations: wide });
    expect([...reach('c0').keys()].sort()).toEqual(all);
    expect(reach('c0').get('west/apps/shop')?.length).toBeLessThanOrEqual(20);
    expect([...reach('many').keys()]).toEqual([]);
  });
});
