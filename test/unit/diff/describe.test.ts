import { describe, expect, test } from 'vitest';
import { type ChangedBranch, describeChanges } from '../../../src/diff/view/describe.ts';
import { openPlanner } from '../../support/pools/planner.ts';

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
  return { groups, files: changed, contents, staying: [], bodyLimit: 65_536 };
}

const fold = (summary: string) => `<details><summary>${summary}</summary>`;

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
    const heads = text.split('\n').filter((line) => /^- (\*\*removed|added [A-Z])|^<details>/.test(line));
    expect(heads).toEqual([
      '- **removed** PersistentVolumeClaim `shop/gone`, `apps/c`, in eu',
      '- **removed** ConfigMap `shop/old`, `apps/a`, in eu',
      '- added Namespace `shop/shop`, `apps/d`, in eu',
      fold('changed Deployment <code>shop/shop</code>, <code>apps/b</code>, in all 2 groups'),
      fold('changed ConfigMap <code>shop/map</code>, <code>apps/e</code>, in eu'),
      '- added ConfigMap `shop/new`, `apps/a`, in eu',
    ]);
    expect(text).toContain('\n\n- `spec.template.spec.containers[shop].image`: `"shop:1"` → `"shop:2"`\n\n</details>');
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
    expect(moved.removals).toEqual([]);
    const form = yaml('ConfigMap', 'map', 'data: { a: "1" }\n');
    const same = describeChanges(branch({ 'eu/apps/a/a.yaml': [form, form.replace('{ a: "1" }', '\n  a: "1"')] }));
    expect(same).toEqual({ removed: 0, removals: [], highlights: [], byGroup: [], rewritten: 1, text: '' });
  });

  test('of an entry that comes back into a kustomization are told, of one that comes with its files are not', () => {
    const list = (...entries: readonly string[]) => `resources:\n${entries.map((entry) => `- ${entry}\n`).join('')}`;
    const files = { 'eu/kustomization.yaml': [list('apps'), list('apps', 'infra')] } as const;
    const back = describeChanges({ ...branch(files), staying: ['eu/apps/a.yaml', 'eu/infra/net/net.yaml'] });
    expect(back.text).toContain('changed Kustomization <code>kustomization.yaml</code>');
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
    expect(text.length).toBeLessThanOrEqual(30_000);
    expect(counts).toBe('3000 added');
    expect(text).toMatch(/<details><summary>\d+ more changes<\/summary>/);
    expect(text).toMatch(/\nand \d+ more objects, too many to be listed here\.$/);
    const { text: linked } = describeChanges({ ...branch(files), page: 'https://forge.test/commit/1' });
    const short = describeChanges({ ...branch(files), bodyLimit: 4_000 });
    expect(short.text.length).toBeLessThanOrEqual(2_000);
    expect(describeChanges({ ...branch(files), bodyLimit: 1_000_000 }).text.length).toBeLessThanOrEqual(60_000);
    expect(linked).toMatch(/too many to be listed here\. \[All of the change\]\(https:\/\/forge\.test\/commit\/1\)$/);
  });

  test('name what is removed, and how many more', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `eu/apps/a${index}/a.yaml`,
        [yaml('ConfigMap', `m${index}`), null] as const,
      ]),
    );
    const { removals } = describeChanges(branch({ ...files, 'us/infra/n/n.yaml': [yaml('Namespace', 'old'), null] }));
    expect(removals).toHaveLength(21);
    expect(removals[0]).toBe('- Namespace `shop/old`, in us');
    expect(removals[20]).toBe('- and 11 more objects');
  });

  test('tell at a glance what comes of Namespaces and CRDs, and each change of an image or of replicas once', () => {
    const scaled = (name: string, [image, replicas]: readonly [string, number], more = '') =>
      yaml(
        'Deployment',
        name,
        `spec:\n  replicas: ${replicas}\n  template:\n    spec:\n      containers:\n      - name: main\n        image: ${image}\n${more}`,
      );
    const sidecar = '      - name: log\n        image: log:7\n';
    const { highlights } = describeChanges(
      branch({
        'eu/apps/a/a.yaml': [scaled('a', ['shop:1', 2]), scaled('a', ['shop:2', 4], sidecar)],
        'us/apps/a/a.yaml': [scaled('a', ['shop:1', 2]), scaled('a', ['shop:2', 4], sidecar)],
        'eu/apps/b/b.yaml': [scaled('b', ['shop:1', 2]), scaled('b', ['shop:2', 2])],
        'eu/apps/n/n.yaml': [null, yaml('Namespace', 'new')],
        'eu/apps/c/c.yaml': [
          yaml('CustomResourceDefinition', 'tunnels', 'spec: { a: 1 }\n'),
          yaml('CustomResourceDefinition', 'tunnels', 'spec: { a: 2 }\n'),
        ],
        'eu/apps/o/o.yaml': [yaml('Namespace', 'old'), null],
      }),
    );
    expect(highlights).toEqual([
      '- added Namespace `new`, in eu',
      '- changed CustomResourceDefinition `tunnels`, in eu',
      '- image `shop:1` → `shop:2`: Deployment `shop/a` in all 2 groups, Deployment `shop/b` in eu',
      '- image `log:7` added: Deployment `shop/a` in all 2 groups',
      '- replicas `2` → `4`: Deployment `shop/a` in all 2 groups',
    ]);
  });

  test('are counted for each group, groups with the same counts together', () => {
    const [before, after] = [deployment('shop:1'), deployment('shop:2')];
    const files = {
      'eu/apps/b/b.yaml': [before, after],
      'us/apps/b/b.yaml': [before, after],
      'asia/apps/b/b.yaml': [before, null],
    } as const;
    const { byGroup } = describeChanges(branch(files, ['asia', 'eu', 'us']));
    expect(byGroup).toEqual(['- 1 removed in asia', '- 1 changed in eu, us']);
    expect(describeChanges(branch({ 'eu/apps/b/b.yaml': [before, after] }, ['eu'])).byGroup).toEqual([]);
  });

  test('stay folded and say nothing else, whatever is in names', () => {
    const evil = '</summary></details><img src=x> @all &lt;';
    const text = (value: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${JSON.stringify(evil)}\ndata:\n  a: "${value}"\n`;
    const found = describeChanges(branch({ 'eu/apps/a/a.yaml': [text('1'), text('2')] }, ['eu'])).text;
    expect(found.match(/<[^>]+>/g)).toEqual([
      '<details>',
      '<summary>',
      '<code>',
      '</code>',
      '<code>',
      '</code>',
      '</summary>',
      '</details>',
    ]);
    expect(found).toContain('&#38;lt;');
    expect(found).not.toContain('@all');
  });

  test('are the same from a process', async () => {
    const pool = openPlanner();
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
