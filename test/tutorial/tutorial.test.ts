import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliCommand } from '../../demo/rig/cli.ts';
import { cacheDirectory } from '../../src/programs/cache.ts';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { ensureRenderer } from '../../src/render/renderer/ensure.ts';
import { blocksOf } from './support/blocks.ts';
import { openTerminals, type Terminals } from './support/terminals.ts';

/** The `fairlead` of installed packages; without it the sources are called. */
const installed = process.env.FAIRLEAD_TUTORIAL_COMMAND;

let home: string;
let terminals: Terminals;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fairlead-tutorial-'));
  await mkdir(join(home, 'bin'));
  await command('fairlead', `exec ${installed || cliCommand.join(' ')} "$@"`);
  await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Ada\n\temail = ada@acme.example\n');
  const { PATH } = process.env;
  terminals = openTerminals(home, {
    PATH: `${join(home, 'bin')}:${PATH}`,
    HOME: home,
    LANG: 'C.UTF-8',
    FAIRLEAD_CACHE: cacheDirectory(),
    TEMPORAL_CLI: await temporalDevServer(),
    // What is installed brings its own.
    ...(!installed && { FAIRLEAD_RENDERER: await ensureRenderer() }),
  });
});

afterAll(async () => {
  await terminals.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function command(name: string, script: string): Promise<void> {
  const path = join(home, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

test('the tutorial goes as it is written, from nothing to a promotion and a rollback, and on the next day', async () => {
  const text = await readFile(fileURLToPath(new URL('../../docs/tutorial.md', import.meta.url)), 'utf8');
  const blocks = blocksOf(text).filter(({ part }) => part === 'sandbox');
  expect(blocks.length).toBeGreaterThan(10);
  for (const block of blocks) if (!block.installs) await terminals.run(block);

  expect(await terminals.interrupt('everything')).toBe(0);
  expect(terminals.printed('everything')).toContain('call it again to go on');

  const plain = { installs: false, part: 'sandbox', code: 0 } as const;
  const begin = { ...plain, text: 'fairlead worker --dev --sandbox\n', until: 'Ctrl-C ends it' };
  await terminals.run({ ...begin, terminal: 'next day' });
  const look = 'test "$(fairlead status --all --json | grep -c \'"state": "promoted"\')" -ge 2';
  await terminals.run({ ...plain, text: `${look}\n` });
  expect(await terminals.interrupt('next day')).toBe(0);
});
