import { describe, expect, it } from 'vitest';
import type { LeafObject } from '../../../src/fleet/coverage/identity.ts';
import type { GitRepository } from '../../../src/git/repository.ts';
import { objectsGone, removedFrom } from '../../../src/gitops/leaves/removed.ts';

function object(name: string, more: Partial<LeafObject> = {}): LeafObject {
  return { apiVersion: 'v1', group: '', kind: 'ConfigMap', namespace: 'blue', name, optional: false, ...more };
}

describe('The objects that a commit removed', () => {
  it('are those that no leaf has any more', () => {
    const before = [{ folder: 'west/apps/shop', objects: [object('one'), object('two')] }];
    const now = [{ folder: 'west/apps/till', objects: [object('two', { apiVersion: 'v2' })] }];
    expect(objectsGone([before], now)).toEqual([object('one')]);
  });

  it('are not those that Flux must not delete', () => {
    const before = [{ folder: 'west/apps/shop', objects: [object('one', { unpruned: true })] }];
    expect(objectsGone([before], [])).toEqual([]);
  });

  it('are each listed once, as the newest commit has them', () => {
    const leaf = (...objects: LeafObject[]) => [{ folder: 'west/apps/shop', objects }];
    const older = leaf(object('one'), object('two'), object('three', { unpruned: true }));
    const newer = leaf(object('one'), object('two', { unpruned: true }), object('three'));
    expect(objectsGone([newer, older], []).map(({ name }) => name)).toEqual(['one', 'three']);
  });
});

/** Earlier commits, newest first, of which each has two objects of its own; and how they are read. */
function history(count: number) {
  const told = { read: [] as string[], atOnce: 0 };
  let now = 0;
  const repository = {
    async listFiles(commit: string) {
      return new Map([['west/apps/shop/all.yaml', { mode: '100644', oid: commit, size: 1 }]]);
    },
    async readBlobs(oids: ReadonlySet<string>) {
      now += 1;
      told.read.push(...oids);
      told.atOnce = Math.max(told.atOnce, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      const texts = [...oids].map((oid) => {
        const names = ['a', 'b'].map((each) => `kind: ConfigMap\napiVersion: v1\nmetadata: { name: ${each}${oid} }\n`);
        return [oid, Buffer.from(names.join('---\n'))] as const;
      });
      return new Map(texts);
    },
  };
  const groups = new Map([['west', ['apps']]]);
  const earlier = Array.from({ length: count }, (_, n) => ({ commit: `${n}`, groups, wasHealthy: () => false }));
  return { told, earlier, repository: repository as unknown as GitRepository };
}

describe('Earlier commits', () => {
  const place = { name: 'west-1', group: 'west' };
  const namesOf = (objects: readonly LeafObject[]) => objects.map(({ name }) => name);

  it('are read one after the other: each may have as much as an environment may', async () => {
    const { told, earlier, repository } = history(5);
    const removed = await removedFrom(repository, { leaves: new Map(), earlier })(place);
    expect(namesOf(removed)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3', 'a4', 'b4']);
    expect(told.atOnce).toBe(1);
  });

  it('are not read any more when so much is gone that no more can be kept', async () => {
    const { told, earlier, repository } = history(5);
    const removed = await removedFrom(repository, { leaves: new Map(), earlier, most: 3 })(place);
    expect(namesOf(removed)).toEqual(['a0', 'b0', 'a1', 'b1']);
    expect(told.read).toEqual(['0', '1']);
  });
});
