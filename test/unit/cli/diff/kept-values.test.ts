// cspell:ignore Zmlyc
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDemoWorld, type DemoWorld } from './demo-world.ts';

const file = 'west-us/tools/grafana/grafana.yaml';
const told =
  'west-us/tools/grafana: Secret grafana, data.password: a placeholder stands for what the GitOps branch holds, which is kept.';

let world: DemoWorld;
beforeEach(async () => {
  world = await createDemoWorld();
  answer('value: "Zmlyc3Q="');
  world.source.commit('dev', { 'west-us/tools/grafana/.gitkeep': '' });
});
afterEach(() => world.close());

/** Commits a chart to main whose password is answered so. */
function answer(password: string): void {
  world.source.commit('main', {
    'tools/grafana/Chart.yaml': 'apiVersion: v2\nname: grafana\nversion: 1.0.0\n',
    'tools/grafana/templates/secret.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: grafana}\ndata: {password: {{ randAlphaNum 9 | b64enc }}}\n',
    'tools/grafana/helm.yaml': `namespace: tools\nunstable: [{object: Secret grafana, field: data.password, ${password}}]\n`,
  });
}

const render = (out: string) =>
  world.run([
    ...['render', '--source', world.source.path, '--main', 'main'],
    ...['--environment', 'dev', '--out', join(world.directory, out)],
  ]);
const passwordIn = (out: string) => /password: (.*)/.exec(readFileSync(join(world.directory, out, file), 'utf8'))?.[1];

test('render writes a placeholder for what is kept and says so, but keeps what the directory holds', async () => {
  answer('keep: true');
  const { code, out } = await render('new');
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(told) });
  expect(Buffer.from(passwordIn('new') ?? '', 'base64').toString()).toBe(
    'PLACEHOLDER: the GitOps branch holds the value',
  );
  answer('value: "Zmlyc3Q="');
  await render('checkout');
  answer('keep: true');
  const again = await render('checkout');
  expect(again.out).not.toContain('placeholder');
  expect(passwordIn('checkout')).toBe('Zmlyc3Q=');
});

test('validate renders with a placeholder, which is neither an error nor a warning', async () => {
  answer('keep: true');
  const { code, out, err } = await world.run(['validate', world.clone('dev'), '--render', '--strict']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(told);
});

test('diff sets what is kept against what the branch holds, which is the same', async () => {
  await world.deploy('dev');
  const gitops = world.gitopsOf('dev');
  gitops.commit('dev', { [file]: `${gitops.git(['show', `dev:${file}`]).replace('Zmlyc3Q=', 'c2Vjb25k')}\n` });
  answer('keep: true');
  const checkout = world.clone('main');
  const deployed = await world.run(['diff', '--environment', 'dev'], { cwd: checkout });
  expect(deployed).toMatchObject({ code: 0, out: expect.stringMatching(/^dev: no differences\n/) });
  writeFileSync(join(checkout, 'tools/grafana/values.yaml'), 'more: true\n');
  const commits = await world.run(['diff', '--environment', 'dev', '--to', 'HEAD'], { cwd: checkout });
  expect(commits).toMatchObject({ code: 0, out: expect.stringContaining(told) });
});
