import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentFile } from '../platform-repository.ts';
import { createWorld, helpers, sha, type World } from './environment-world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.close());

const { promote, rowOf } = helpers(() => world);

test.each<[string, () => void, string]>([
  ['without a config branch', () => world.source.deleteBranch('dev'), 'has no branch dev. Create the config branch'],
  ['with a file that is no YAML', () => breakFile('a: [b'), 'fairlead.yaml of branch dev, line 1: not valid YAML'],
  ['without a GitOps branch', () => world.gitops.deleteBranch('dev'), 'to which this environment'],
  [
    'with damaged provenance',
    () => void world.gitops.commit('dev', { '.fairlead/provenance.yaml': '<<<<' }),
    '.fairlead/provenance.yaml is damaged',
  ],
])(
  'an environment %s shows its own error, the others are shown, and the exit code tells',
  async (_, breakIt, words) => {
    const { main } = await promote('qa');
    breakIt();
    const { code, out, err } = await world.run(['environments']);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out).toMatch(/^dev +\? .*\n {2}error: /m);
    expect(out).toContain(words);
    expect(out).toMatch(new RegExp(`^qa +${sha(main)}  0 .* 3 of 3`, 'm'));
  },
);

test('a fault of the policy hides nothing that does not depend on it', async () => {
  const { main } = await promote('dev');
  const before = await world.run(['history', 'dev']);
  breakFile(environmentFile('soak: 10 minutes', 'clusters: none'));
  const { code, out } = await world.run(['environments']);
  expect(code).toBe(2);
  expect(out).toMatch(new RegExp(`^dev +${sha(main)}  0 .* 3 of 3.*\\n  error: .*line 3: soak is "10 minutes"`, 'm'));
  expect(await world.run(['history', 'dev'])).toEqual(before);
});

function breakFile(content: string): void {
  world.source.commit('dev', { 'fairlead.yaml': content });
}

test('of environments that share a GitOps branch, both say so', async () => {
  world.source.commit('dev', { 'fairlead.yaml': environmentFile('clusters: none', 'gitops: { branch: qa }') });
  for (const name of ['dev', 'qa']) expect((await rowOf(name)).error?.message).toContain('have one GitOps branch');
});

test('only an environment that takes the record of another one says so, and the other is shown', async () => {
  world.source.commit('dev', { 'fairlead.yaml': environmentFile('clusters: none', 'gitops: { renamedFrom: qa }') });
  expect((await rowOf('dev')).error?.message).toContain('would take its record');
  expect((await rowOf('qa')).error).toBeUndefined();
});

test('a source that cannot be read is one sentence', async () => {
  world.source.deleteBranch('main');
  expect(await world.run(['environments'])).toEqual({
    code: 2,
    out: '',
    err: `${world.source.path} has no branch main. Push one, or check the address.\n`,
  });
});
