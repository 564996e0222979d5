import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDemoWorld, type DemoWorld } from './demo-world.ts';

let world: DemoWorld;
let before: string;

const settings = (lines: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: blue }\ndata:\n  app.conf: |\n${lines.replace(/^/gm, '    ')}\n`;
const secret = (password: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: blue\n  annotations: { note: ${JSON.stringify('[skip ci] @ann closes #1 \u001b[31m\u202e`')} }\ndata: { password: ${password} }\n`;

beforeAll(async () => {
  world = await createDemoWorld();
  const files = (conf: string, password: string) => ({
    'apps/blue/kustomization.yaml': 'resources: [namespace.yaml, rbac.yaml, settings.yaml, db.yaml]\n',
    'apps/blue/settings.yaml': settings(conf),
    'apps/blue/db.yaml': secret(password),
  });
  before = world.source.commit('main', files('a = 1\nb = 1\nc = 1\nd = 1', 'aHVudGVyMQ=='));
  world.source.commit('main', {
    ...files('a = 1\nb = 2\nc = 1\nd = 1', 'aHVudGVyMg=='),
    'apps/blue/db.yaml': secret('aHVudGVyMg==').replace('note:', 'other:'),
  });
});
afterAll(() => world.close());

const diff = (...args: readonly string[]) =>
  world.run(['diff', '--source', world.source.path, '--environment', 'dev', '--to', before, ...args]);

describe('In every format', () => {
  test.each(['text', 'markdown', 'json'])('%s shows no value of a Secret', async (format) => {
    const { code, out } = await diff('--format', format);
    expect(code).toBe(6);
    expect(out).toContain('data.password');
    expect(out).not.toMatch(/aHVudGVy|hunter/);
  });

  test('of a text with several lines those are shown that change', async () => {
    const lines = ['a = 1', 'b = 1', 'b = 2', 'c = 1'];
    const text = (await diff()).out;
    expect(text).toContain(
      `      data["app.conf"]:\n          ${lines[0]}\n        - ${lines[1]}\n        + ${lines[2]}\n          ${lines[3]}\n`,
    );
    expect(text).not.toContain('d = 1');
    expect((await diff('--format', 'markdown')).out).toContain(
      `- \`data["app.conf"]\`:\n  \`\`\`diff\n   ${lines[0]}\n  -${lines[1]}\n  +${lines[2]}\n   ${lines[3]}\n  \`\`\`\n`,
    );
    expect(JSON.parse((await diff('--format', 'json')).out).environments[0].changes).toContainEqual(
      expect.objectContaining({
        change: 'changed',
        kind: 'ConfigMap',
        fields: [
          {
            path: 'data["app.conf"]',
            kind: 'changed',
            before: 'a = 1\nb = 1\nc = 1\nd = 1\n',
            after: 'a = 1\nb = 2\nc = 1\nd = 1\n',
          },
        ],
      }),
    );
  });

  test('what others wrote steers no terminal, and asks nothing of a forge', async () => {
    const text = (await diff()).out;
    expect(text).toContain('- metadata.annotations.note: ');
    for (const steering of ['\u001b', '\u202e']) expect(text).not.toContain(steering);
    const markdown = (await diff('--format', 'markdown')).out;
    expect(markdown).toContain('annotations.note');
    for (const words of ['[skip ci]', '@ann', '#1', '\u001b', '\u202e']) expect(markdown).not.toContain(words);
  });
});

test('--json is --format json', async () => {
  const { out } = await diff('--json');
  expect(out).toBe((await diff('--format=json')).out);
  expect(JSON.parse(out)).toMatchObject({
    source: world.source.path,
    differences: true,
    environments: [
      {
        environment: 'dev',
        before: { kind: 'rendered', environment: 'dev', main: { commit: before } },
        after: { main: { commit: world.source.head('main') }, config: { commit: world.source.head('dev') } },
        objects: { removed: 0, changed: 6, added: 0 },
        groups: { all: ['north-europe', 'southeast-asia', 'west-us'] },
      },
    ],
  });
});

describe('Bad input', () => {
  const run = (...args: readonly string[]) => world.run(['diff', '--source', world.source.path, ...args]);

  test.each([
    [
      ['--environment', 'prd'],
      '"prd" is not listed in `stages` in fairlead.yaml of main; there are: dev, qa, prod. Is "prod" meant?',
    ],
    [['--environment', 'dev', '--against', 'qua'], 'there are: dev, qa, prod. Is "qa" meant?'],
    [
      ['--to', 'mani'],
      'has no commit "mani". Name a commit, a tag or a branch, such as main, dev, qa, prod. Is "main" meant?',
    ],
    [['--main', 'v9'], 'has no commit "v9". Name a commit, a tag or a branch, such as main, dev, qa, prod.'],
    [['--against', 'qa'], '--against qa: Name one environment'],
    [['--against', 'qa', '--environment', 'qa'], 'That is the same environment'],
    [['--against', 'qa', '--environment', 'dev', '--to', 'main'], 'leave out --to'],
    [['--format', 'xml'], 'Allowed choices are text, markdown, json.'],
    [['--main=--output=x'], '"--output=x"'],
  ])('%j is refused with what there is', async (args, words) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  test('is JSON where JSON is asked for', async () => {
    for (const format of [['--json'], ['--format', 'json'], ['--format=json']]) {
      const { code, out, err } = await run('--to', 'mani', ...format);
      expect({ code, err }).toEqual({ code: 2, err: '' });
      expect(JSON.parse(out)).toMatchObject({ error: { type: 'NotFound' } });
    }
  });

  test('is a directory that is no checkout, where no source is named', async () => {
    writeFileSync(join(world.directory, 'x'), '');
    expect(await world.run(['diff'], { cwd: world.directory })).toMatchObject({
      code: 2,
      err: expect.stringContaining('Name its source repository with --source, or set FAIRLEAD_SOURCE.'),
    });
    const env = { FAIRLEAD_SOURCE: world.source.path };
    expect((await world.run(['diff', '--to', before], { cwd: world.directory, env })).code).toBe(6);
  });
});
