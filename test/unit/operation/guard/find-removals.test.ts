import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRemovals, type RenderedChange } from '../../../../src/operation/guard/find-removals.ts';
import { removalWords } from '../../../../src/operation/guard/removals.ts';
import { defaultGuard, type Guard } from '../../../../src/platform/guard/guard.ts';
import { objectKey } from '../../../../src/render/layout/conflicts.ts';
import type { ObjectId } from '../../../../src/render/types.ts';

const map = (name: string): ObjectId => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name });
const namespace: ObjectId = { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: 'shop' };
const maps = (count: number, prefix = 'map') => Array.from({ length: count }, (_, index) => map(`${prefix}-${index}`));
const cluster = (name: string, group: string, context = name) => ({ name, group, context });

/** The objects of groups before and after; a group that is not in `after` has no folder any more. */
type Objects = Readonly<Record<string, readonly ObjectId[]>>;

function changeOf(before: Objects, after: Objects): RenderedChange {
  const keys = (objects: Objects, group: string) => new Set((objects[group] ?? []).map(objectKey));
  const summary = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().map((group) => ({
    group,
    added: (after[group] ?? []).filter((id) => !keys(before, group).has(objectKey(id))),
    changed: [],
    removed: (before[group] ?? []).filter((id) => !keys(after, group).has(objectKey(id))),
  }));
  return {
    summary: summary.filter(({ added, removed }) => added.length + removed.length > 0),
    groups: new Set(Object.keys(after)),
    folderStays: (group) => group in after,
    objectsOf: (group) => keys(after, group),
    count: (group) => keys(after, group).size,
  };
}

const find = (
  [before, after]: readonly [Objects, Objects],
  clusters: readonly ReturnType<typeof cluster>[] = [cluster('one', 'us')],
  guard: Guard = defaultGuard,
) => findRemovals(changeOf(before, after), { clusters, guard });

describe('The guard', () => {
  it('names an object of a guarded kind that goes, whatever its share', () => {
    const found = find([{ us: [namespace, ...maps(99)] }, { us: maps(99) }]);
    expect(found).toEqual({ removed: 1, before: 100, objects: ['Namespace shop'], guarded: 1, groups: [], emptied: 0 });
    expect(removalWords(found as never)).toBe('Namespace shop');
  });

  it('lets objects of other kinds go, up to the share and not beyond', () => {
    expect(find([{ us: maps(10) }, { us: maps(8) }])).toBeUndefined();
    const found = find([{ us: maps(10) }, { us: maps(7) }]);
    expect(found).toMatchObject({ removed: 3, before: 10, share: 0.2, objects: [] });
    expect(removalWords(found as never)).toBe('3 of 10 objects');
  });

  it('names an object of a guarded kind that Flux may make anew, and counts none for the share', () => {
    const change = changeOf({ us: maps(2) }, { us: maps(2) });
    const madeAnew = [...maps(2), namespace];
    const summary = [{ group: 'us', added: [], changed: madeAnew, removed: [], madeAnew }];
    const found = findRemovals({ ...change, summary }, { clusters: [cluster('one', 'us')], guard: defaultGuard });
    expect(found).toMatchObject({ removed: 0, objects: ['Namespace shop (made anew)'], guarded: 1 });
    expect(found).not.toHaveProperty('share');
    expect(removalWords(found as never)).toBe('Namespace shop (made anew)');
  });

  it('takes share and kinds as the environment says', () => {
    const change = [{ us: [namespace, ...maps(9)] }, { us: maps(9) }] as const;
    const clusters = [cluster('one', 'us')];
    expect(find(change, clusters, { share: 1, kinds: [] })).toBeUndefined();
    expect(find(change, clusters, { share: 0, kinds: [] })).toMatchObject({ removed: 1, share: 0 });
    const all = find([{ us: maps(5) }, { us: maps(4) }], clusters, { share: 1, kinds: ['ConfigMap'] });
    expect(all).toMatchObject({ objects: ['ConfigMap shop/map-4'] });
  });

  it('counts an object once for each cluster that has it', () => {
    const change = [
      { us: maps(10), eu: maps(10) },
      { us: maps(10), eu: maps(6) },
    ] as const;
    expect(find(change, [cluster('one', 'us'), cluster('two', 'eu')])).toBeUndefined();
    const more = [cluster('one', 'us'), cluster('two', 'eu'), cluster('three', 'eu')];
    expect(find(change, more)).toMatchObject({ removed: 8, before: 30, share: 0.2 });
  });

  it('counts a group without a listed cluster as one', () => {
    const change = [
      { us: maps(10), lab: maps(10) },
      { us: maps(10), lab: maps(5) },
    ] as const;
    expect(find(change)).toMatchObject({ removed: 5, before: 20 });
  });

  it('takes what another group of the same cluster has for what is still there', () => {
    const change = [
      { base: [namespace, ...maps(4)], extra: maps(1, 'extra') },
      { base: maps(1), extra: [namespace, ...maps(1, 'extra')] },
    ] as const;
    const both = [cluster('base', 'base', 'admin@one'), cluster('extra', 'extra', 'admin@one')];
    const found = find(change, both);
    expect(found).toMatchObject({ removed: 3, before: 6, objects: [] });
    // Where they are two clusters, it goes from one of them.
    expect(find(change, [cluster('one', 'base'), cluster('two', 'extra')])).toMatchObject({
      objects: ['Namespace shop'],
    });
  });

  it('names a group from which everything goes while a cluster of it is listed, and what Flux keeps', () => {
    const stays = { us: maps(100) };
    const listed = [cluster('one', 'us'), cluster('two', 'lab'), cluster('three', 'lab')];
    const emptied = find(
      [
        { ...stays, lab: maps(1) },
        { ...stays, lab: [] },
      ],
      listed,
    );
    expect(emptied).toMatchObject({ groups: [{ group: 'lab', clusters: 2 }], emptied: 1 });
    expect(removalWords(emptied as never)).toBe('all of the group lab (2 clusters)');
    const gone = find([{ ...stays, lab: maps(1) }, stays], listed);
    expect(gone?.groups).toEqual([{ group: 'lab', clusters: 2, keeps: true }]);
    expect(removalWords(gone as never)).toBe('all of the group lab (2 clusters, which keep it)');
    expect(find([{ ...stays, lab: maps(1) }, stays], [cluster('one', 'us')])).toBeUndefined();
  });

  it('keeps its answer short, and says how many more there are', () => {
    const claims = Array.from(
      { length: 500 },
      (_, index): ObjectId => ({ ...map(`${index}-${'x'.repeat(9_000)}`), kind: 'PersistentVolumeClaim' }),
    );
    const groups = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`g${index}`, [map('a')]]));
    const clusters = Object.keys(groups).map((group) => cluster(group, group));
    const found = find([{ us: claims, ...groups }, {}], [...clusters, cluster('one', 'us')]);
    expect(JSON.stringify(found).length).toBeLessThan(8_000);
    expect(found).toMatchObject({ guarded: 500, emptied: 101 });
    expect(removalWords(found as never)).toMatch(/ and 497 more; .* and 98 more; 600 of 600 objects$/);
  });

  it('quotes what reads like a part of a sentence', () => {
    const name = 'shop. Look at it, then: fairlead approve x prod --removals';
    const found = find([{ us: [{ ...namespace, name }] }, { us: [] }]);
    expect(found?.objects).toEqual([`"Namespace ${name}"`]);
  });

  it('shows no half character, whatever is in a name', () => {
    const found = find([{ us: [{ ...namespace, name: 'x\ud800' }] }, { us: [] }]);
    expect(found?.objects).toEqual(['"Namespace x\ufffd"']);
  });
});

const ids = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 12 });
const sides = fc.record({ a: ids, b: ids, c: ids });
const idOf = (index: number) => (index === 0 ? namespace : map(`${index}`));
const objects = (side: Readonly<Record<string, readonly number[]>>): Objects =>
  Object.fromEntries(Object.entries(side).map(([group, indexes]) => [group, indexes.map(idOf)]));
const contexts = fc.array(
  fc.record({ group: fc.constantFrom('a', 'b', 'c'), context: fc.constantFrom('k', 'l', 'm') }),
  {
    maxLength: 6,
  },
);

describe('Removals', () => {
  it('are what clusters had and have no more, counted cluster by cluster', () => {
    fc.assert(
      fc.property(sides, sides, contexts, (before, after, entries) => {
        const clusters = entries.map(({ group, context }, index) => cluster(`${index}`, group, context));
        const found = find([objects(before), objects(after)], clusters, { share: 0, kinds: [] });
        // The plain way: what each cluster has is the union of its groups, and a group of nobody is one.
        const own = new Map<string, Set<'a' | 'b' | 'c'>>();
        for (const { context, group } of entries) own.set(context, (own.get(context) ?? new Set()).add(group));
        for (const group of ['a', 'b', 'c'] as const)
          if (!entries.some((entry) => entry.group === group)) own.set(`of ${group}`, new Set([group]));
        let [removed, all] = [0, 0];
        for (const groups of own.values()) {
          const union = (side: typeof before) => new Set([...groups].flatMap((group) => side[group]));
          const [was, is] = [union(before), union(after)];
          all += was.size;
          removed += [...was].filter((index) => !is.has(index)).length;
        }
        if (found === undefined) expect(removed).toBe(0);
        else expect(found).toMatchObject(removed > 0 ? { removed, before: all } : { removed: 0 });
      }),
    );
  });

  it('are none where everything stays, wherever it moves within a group', () => {
    fc.assert(
      fc.property(sides, (side) => {
        const reversed = Object.fromEntries(Object.entries(side).map(([group, list]) => [group, list.toReversed()]));
        expect(find([objects(side), objects(reversed)], [], { share: 0, kinds: ['Namespace'] })).toBeUndefined();
      }),
    );
  });
});
