import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InitWorld, initWorld } from './init-world.ts';

let world: InitWorld;

beforeEach(() => {
  world = initWorld();
});
afterEach(() => world.remove());

/** Pastes what stands behind `Next:` into a shell whose commands only say how they were called. */
function paste(out: string): readonly string[] {
  const [, steps = ''] = out.split('\nNext:\n');
  const bin = join(world.path, 'bin');
  const log = join(world.path, 'log');
  mkdirSync(bin);
  for (const name of ['fairlead', 'kubectl']) {
    const read = name === 'kubectl' ? 'grep -c "^kind: " | xargs echo' : 'echo';
    writeFileSync(join(bin, name), `#!/bin/sh\n${read} ${name} "$@" >>${log}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  execFileSync('bash', ['-e', '-o', 'pipefail', '-c', steps], { cwd: world.path, env });
  return readFileSync(log, 'utf8').trimEnd().split('\n');
}

describe('What comes next', () => {
  test('of a platform for the sandbox is the sandbox, and neither a forge nor kubectl', async () => {
    const at = 'http://127.0.0.1:7480/local';
    const { out } = await world.init('shop', '--source', `${at}/shop`, '--gitops', `${at}/shop-gitops`, '--yes');
    const devEnv = join(process.env.HOME ?? '', '.local/state/fairlead/dev/env');
    expect(out.split('\nNext:\n')[1]).toBe(
      [
        '  fairlead validate --render shop',
        '  fairlead worker --dev --sandbox shop shop-gitops   # leave it running, and go on in another terminal',
        `  . ${devEnv}`,
        '  fairlead promote --commit main --wait',
        '',
      ].join('\n'),
    );
    expect(paste(out.replace(`. ${devEnv}`, 'true'))).toEqual([
      'fairlead validate --render shop',
      'fairlead worker --dev --sandbox shop shop-gitops',
      'fairlead promote --commit main --wait',
    ]);
  });

  test('of a platform for a forge is the push, Flux on each cluster, and doctor', async () => {
    const source = 'https://git.example.com/acme/shop';
    const clusters = ['--environments', 'dev,prod', '--cluster', 'prod/eu=ops@eu/1', '--cluster', 'prod/us=us-1'];
    const { out } = await world.init("Ada's shop", '--source', source, '--yes', ...clusters);
    expect(out).toContain(`--push   # when ${source} and ${source}-gitops are on your forge, empty\n`);
    expect(out).not.toContain('--sandbox');
    expect(paste(out)).toEqual([
      "fairlead validate --render Ada's shop",
      "fairlead init Ada's shop --push",
      'kubectl --context dev apply -f - 2',
      'kubectl --context ops@eu/1 apply -f - 2',
      'kubectl --context us-1 apply -f - 2',
      `fairlead doctor --source ${source}`,
    ]);
  });

  test('of a cluster that is added is Flux on that cluster alone', async () => {
    await world.init('shop', '--source', 'https://github.com/acme/shop', '--yes');
    const { out } = await world.init('shop', '--cluster', 'dev/eu=dev-2');
    expect(paste(out)).toEqual([
      'fairlead validate --render shop',
      'fairlead init shop --push',
      'kubectl --context dev-2 apply -f - 2',
      'fairlead doctor --source https://github.com/acme/shop',
    ]);
  });
});
