import { describe, expect, test } from 'vitest';
import type { LeafCache } from '../../../../src/render/leaf/cache.ts';
import { type HeldFiles, heldObjects, withoutBranch } from '../../../../src/render/leaf/unstable/held.ts';
import { renderPlatform } from '../../../../src/render/platform.ts';
import type { LeafOutput, UnstableAnswer } from '../../../../src/render/types.ts';
import { fakeRenderer, output } from '../fake-renderer.ts';
import { inputsOf, manifest, tree } from '../trees.ts';

const answers = 'unstable:\n- {object: Secret grafana, field: data.password, keep: true}\n';
const main = { 'infra/grafana/Chart.yaml': 'name: grafana', 'infra/grafana/helm.yaml': `namespace: m\n${answers}` };
const config = { 'eu/infra/grafana/.gitkeep': '', 'us/infra/grafana/.gitkeep': '' };
const inputs = inputsOf({ main, config });
const secret = (password: string) => `${manifest('Secret', 'grafana')}data: {password: ${password}}\n`;

/** A branch whose groups hold these passwords. */
function holding(passwords: Readonly<Record<string, string>>): HeldFiles {
  return {
    read: async (path) => {
      const [group, ...rest] = path.split('/');
      expect(rest.join('/')).toBe('infra/grafana/grafana.yaml');
      const password = passwords[group ?? ''];
      return password && `${manifest('ConfigMap', 'grafana')}---\n${secret(password)}`;
    },
  };
}

function memoryCache(): LeafCache {
  const known = new Map<string, LeafOutput>();
  return { get: async (key) => known.get(key), set: (key, value) => void known.set(key, value) };
}

describe('what a chart keeps', () => {
  test('goes to the renderer as the branch of this very group holds it, and nothing else of the file', async () => {
    const fake = fakeRenderer();
    await renderPlatform(inputs, fake.renderer, { held: holding({ eu: 'one', us: 'two' }) });
    expect(fake.requests.map(({ chart }) => chart?.kept)).toEqual([[secret('one')], [secret('two')]]);
    expect(fake.requests.every(({ chart }) => chart?.placeholders === undefined)).toBe(true);
  });

  test('is a part of the key of the cache, and what else the branch holds is not', async () => {
    const cache = memoryCache();
    const fake = fakeRenderer();
    const renders = async (passwords: Readonly<Record<string, string>>) => {
      const before = fake.requests.length;
      await renderPlatform(inputs, fake.renderer, { cache, held: holding(passwords) });
      return fake.requests.length - before;
    };
    expect(await renders({ eu: 'one', us: 'one' })).toBe(1);
    expect(await renders({ eu: 'one', us: 'one' })).toBe(0);
    expect(await renders({ eu: 'one', us: 'two' })).toBe(1);
    expect(await renders({})).toBe(1);
  });

  test('is asked of nobody where nothing is kept', async () => {
    const unread: HeldFiles = { read: () => Promise.reject(new Error('it was read')) };
    const without = { ...main, 'infra/grafana/helm.yaml': `namespace: m\n${answers.replace('keep', 'drop')}` };
    const fake = fakeRenderer();
    await renderPlatform(inputsOf({ main: without, config }), fake.renderer, { held: unread });
    expect(fake.requests[0]?.chart).not.toHaveProperty('kept');
  });

  test('is nothing where nobody says what the branch holds: no placeholder comes by itself', async () => {
    const fake = fakeRenderer();
    await renderPlatform(inputs, fake.renderer);
    expect(fake.requests[0]?.chart).not.toHaveProperty('placeholders');
  });

  test('is a placeholder without the branch, and a sentence that says so, which is no warning', async () => {
    const placeholders = ['Secret grafana, data.password'];
    const fake = fakeRenderer({ '/chart': { ...output('Secret', 'grafana'), placeholders } });
    const { placeholders: told, warnings } = await renderPlatform(inputs, fake.renderer, { held: withoutBranch });
    expect(fake.requests[0]?.chart).toMatchObject({ kept: [], placeholders: true });
    expect(warnings).toEqual([]);
    expect(told).toContain(
      'eu/infra/grafana: Secret grafana, data.password: a placeholder stands for what the GitOps branch holds, which is kept.',
    );
  });
});

test('where an answer stands decides nothing, so that another commit finds what is known', async () => {
  const cache = memoryCache();
  await renderPlatform(inputs, fakeRenderer().renderer, { cache });
  const moved = { ...main, 'infra/grafana/helm.yaml': `# a line more\nnamespace: m\n${answers}` };
  const later = fakeRenderer();
  await renderPlatform({ ...inputs, main: tree(main, 'b'.repeat(40)) }, later.renderer, { cache });
  expect(later.requests).toEqual([]);
  // The file itself is a part of the chart, whose templates could read it.
  await renderPlatform({ ...inputs, main: tree(moved, 'b'.repeat(40)) }, later.renderer, { cache });
  expect(later.requests).toHaveLength(1);
});

describe('the objects that are kept', () => {
  const keep = (object: string): readonly UnstableAnswer[] => [{ object, answer: 'keep', place: '' }];
  const file = ['grafana', 'grafana-2', 'other']
    .map((name) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: m\n`)
    .concat('apiVersion: x/v1\nkind: Thing\nmetadata:\n  name: grafana\nspec:\n  text: |+\n    kept\n\n')
    .join('---\n');
  test.each([
    ['Secret grafana', ['name: grafana\n']],
    ['Secret m/other', ['name: other\n']],
    ['Secret n/other', []],
    ['ConfigMap grafana', []],
  ])('%s are found by kind and name', (object, expected) => {
    const found = heldObjects(file, keep(object));
    expect(found).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(found[index]).toContain(text);
  });
  test('keep every byte of a value at their end', () => {
    expect(heldObjects(file, keep('Thing grafana'))[0]).toMatch(/kept\n\n$/);
  });
  test('are those of answers that keep', () => {
    expect(heldObjects(file, [{ object: 'Secret grafana', answer: 'drop', place: '' }])).toEqual([]);
  });
  test.each([
    ["'grafana'", 'Secret grafana'],
    ['"grafana"', 'Secret grafana'],
    ["'a,b'", 'Secret a,b'],
  ])('are found where their name is written %s', (written, object) => {
    const quoted = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${written}\n`;
    expect(heldObjects(quoted, keep(object))).toEqual([quoted]);
    expect(heldObjects(`{apiVersion: v1, kind: Secret, metadata: {name: ${written}}}`, keep(object))).toHaveLength(1);
  });
  test('are found in no time in a file of megabytes, however many names are kept', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `aaaa-${index}`);
    const large = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: ${'a'.repeat(4_000_000)}\n`;
    const last = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: aaaa-7\n`;
    const before = process.cpuUsage();
    expect(
      heldObjects(
        `${large}---\n${last}`,
        names.flatMap((name) => keep(`Secret ${name}`)),
      ),
    ).toEqual([last]);
    expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(1);
  });
});
