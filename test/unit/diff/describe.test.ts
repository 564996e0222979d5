import { describe, expect, test } from 'vitest';
import { type ChangedBranch, describeChanges } from '../../../src/diff/view/describe.ts';
import { createPlannerPool } from '../../../src/render/thread/pool.ts';

const yaml = (kind: string, name: string, more = '') =>
  `apiVersion: ${kind === 'Deployment' ? 'apps/v1' : 'v1'}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: shop\n${more}`;
const deployment = (image: string) =>
  yaml(
    'Deployment',
    'shop',
    `spec:\n  template:\n    spec:\n      containers:\n      - name: shop\n        image: ${image}\n`,
  );

/** A branch on which files change from the first text to the second; null: there is none. */
function branch(
  files: Readonly<Record<string, readonly [string | null, string | null]>>,
  groups = ['eu', 'us'],
): ChangedBranch {
  const contents = new Map<string, Buffer>();
  const keep = (text: string) => {
    contents.set(text, Buffer.from(text));
    return text;
  };
  const changed = Object.entries(files).map(([path, [before, after]]) => ({
    path,
    ...(before !== null && { before: keep(before) }),
    ...(after !== null && { after: keep(after) }),
  }));
  return { groups, files: changed, contents, staying: [] };
}

describe('The changes of a request', () => {
  test('are told by object and field: removals first, then what is weighty, then images, then others', () => {
    const [before, after] = [deployment('shop:1'), deployment('shop:2')];
    const { removed, counts, text } = describeChanges(
      branch({
        'eu/apps/a/a.yaml': [yaml('ConfigMap', 'old'), yaml('ConfigMap', 'new')],
        'eu/apps/b/b.yaml': [before, after],
        'us/apps/b/b.yaml': [before, after],
        'eu/apps/c/c.yaml': [yaml('PersistentVolumeClaim', 'gone'), null],
        'eu/apps/d/d.yaml': [null, yaml('Namespace', 'shop')],
        'eu/apps/e/e.yaml': [
          yaml('ConfigMap', 'map', 'data:\n  a: "1"\n'),
          yaml('ConfigMap', 'map', 'data:\n  a: "2"\n'),
        ],
      }),
    );
    expect({ removed, counts }).toEqual({ removed: 2, counts: '2 removed, 2 changed, 2 added' });
    expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      '- **removed** PersistentVolumeClaim `shop/gone`, `apps/c`, in eu',
      '- **removed** ConfigMap `shop/old`, `apps/a`, in eu',
      '- added Namespace `shop/shop`, `apps/d`, in eu',
      '- changed Deployment `shop/shop`, `apps/b`, in all 2 groups',
      '- changed ConfigMap `shop/map`, `apps/e`, in eu',
      '- added ConfigMap `shop/new`, `apps/a`, in eu',
    ]);
    expect(text).toContain('  - `spec.template.spec.containers[shop].image`: `"shop:1"` → `"shop:2"`');
  });

  test('show nothing of a Secret, and nothing that a forge would obey', () => {
    const secret = (value: string) => yaml('Secret', 'key', `stringData:\n  password: ${value}\n`);
    const text = (value: string) => yaml('ConfigMap', 'map', `data:\n  note: "${value}"\n`);
    const found = describeChanges(
      branch({
        'eu/apps/a/a.yaml': [secret('hunter1'), secret('hunter2')],
        'eu/apps/b/b.yaml': [text('x'), text('@all closes #1 </details>')],
      }),
    ).text;
    expect(found).toContain('`stringData.password`: changed, its value is not shown');
    expect(found).not.toMatch(/hunter|@all|#1/);
  });

  test('are none where an object only moves or gets another form', () => {
    const moved = describeChanges(
      branch({
        'eu/apps/a/a.yaml': [yaml('ConfigMap', 'map'), null],
        'eu/apps/b/b.yaml': [null, yaml('ConfigMap', 'map')],
      }),
    );
    expect(moved).toMatchObject({ removed: 0, counts: '1 changed' });
    expect(moved.text).toContain('`apps/a` → `apps/b`');
    const form = yaml('ConfigMap', 'map', 'data: { a: "1" }\n');
    const same = describeChanges(branch({ 'eu/apps/a/a.yaml': [form, form.replace('{ a: "1" }', '\n  a: "1"')] }));
    expect(same).toEqual({ removed: 0, rewritten: 1, text: '' });
  });

  test('of an entry that comes back into a kustomization are told, of one that comes with its files are not', () => {
    const list = (...entries: readonly string[]) => `resources:\n${entries.map((entry) => `- ${entry}\n`).join('')}`;
    const files = { 'eu/kustomization.yaml': [list('apps'), list('apps', 'infra')] } as const;
    const back = describeChanges({ ...branch(files), staying: ['eu/apps/a.yaml', 'eu/infra/net/net.yaml'] });
    expect(back.text).toContain('changed Kustomization `kustomization.yaml`');
    const fresh = { ...files, 'eu/infra/net/net.yaml': [null, yaml('ConfigMap', 'net')] } as const;
    const { text } = describeChanges({ ...branch(fresh), staying: ['eu/apps/a.yaml'] });
    expect(text.split('\n')).toHaveLength(1);
  });

  test('stay within their room, however many there are, and say how many are left out', () => {
    const files = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [
        `eu/apps/a${index}/a.yaml`,
        [null, yaml('ConfigMap', `map-${index}`)] as const,
      ]),
    );
    const { text, counts } = describeChanges(branch(files));
    expect(text.length).toBeLessThanOrEqual(36_000);
    expect(counts).toBe('3000 added');
    expect(text).toMatch(/<details><summary>\d+ more changes<\/summary>/);
    expect(text).toMatch(/\nand \d+ more objects, too many to be listed here\.$/);
  });

  test('are the same from a thread', async () => {
    const pool = createPlannerPool({ threads: 1 });
    try {
      const value = (letter: string) => yaml('ConfigMap', 'map', `data:\n  a: ${letter.repeat(40_000)}\n`);
      const changed = branch({
        'eu/apps/a/a.yaml': [value('x'), value('y')],
        'eu/apps/b/b.yaml': [null, deployment('é:1')],
      });
      expect(await pool.describe(changed, { repository: 'acme' })).toEqual(describeChanges(changed));
      const reason = new Error('nobody waits');
      await expect(pool.describe(changed, { repository: 'acme', signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      );
    } finally {
      await pool.close();
    }
  });
});
