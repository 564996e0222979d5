import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
// @ts-expect-error: a list in plain JavaScript.
import { partsOf } from '../../../../.ci/parts.mjs';
// @ts-expect-error: a list in plain JavaScript.
import { rigs } from '../../../../.ci/rigs.mjs';
import { git, temporaryDirectory } from '../../../support/git.ts';
import { commandsIn, type ReadmeCommand, readmeCommands, withValues } from '../../../support/readme/commands.ts';
import { commandsRunBy, exceptions, type RunBy, runs } from '../../../support/readme/runs.ts';
import { createWorld, type World } from '../environments/environment-world.ts';
import { manifest, platformRepository } from '../platform-repository.ts';
import { fairlead, type Ran } from '../test-io.ts';

describe('README.md', () => {
  it('has no command that nobody runs, and every one that somebody says to run', () => {
    expect(new Set(readmeCommands().map(({ name }) => name))).toEqual(new Set(Object.keys(runs)));
  });

  it.each(exceptions)('has "$name", which a part of .ci/run stands for', ({ name, part, reason }) => {
    const parts: readonly { readonly name: string; readonly command: string }[] = rigs.flatMap(
      (_: string, commitNumber: number) => partsOf({ reports: '/tmp', commitNumber }),
    );
    const command = parts.find((each) => each.name === part)?.command ?? '';
    expect(command).toBeTruthy();
    expect(reason).toBeTruthy();
    if (name === part || part === 'demo') expect(command).toContain(name.replace(/^npm (?:run )?| -- .*/g, ''));
  });
});

describe('Commands are found', () => {
  const found = (markdown: string) => commandsIn(markdown).map(({ words }) => words);

  it('in sh blocks and sentences, in no other block', () => {
    const markdown =
      '```sh\nfairlead a\n```\nSay `fairlead b c` or `other d`.\n```yaml\nfairlead e\n```\n```\nfairlead f\n```\n';
    expect(found(markdown)).toEqual([
      ['fairlead', 'a'],
      ['fairlead', 'b', 'c'],
    ]);
  });

  it('split as a shell does, with what was exported before', () => {
    const block =
      '```sh\nexport A=1 B="2 3"   # why\nfairlead a "b c" --d=\'e\' "$F" \\\n  g#h && npm i; docker x | y # z && 1\n```\n';
    expect(found(block)).toEqual([
      ['fairlead', 'a', 'b c', '--d=e', '$F', 'g#h'],
      ['npm', 'i'],
      ['docker', 'x'],
      ['y'],
    ]);
    expect(commandsIn(block)[0]?.exported).toEqual({ A: '1', B: '2 3' });
  });
});

describe('README.md says', () => {
  const { path: directory, remove } = temporaryDirectory('readme');
  afterAll(remove);

  /** The renderer is the one that is built already. */
  const env = {
    HOME: process.env.HOME,
    FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
  };

  /** A developer's clone with a branch for each environment. */
  function cloneOf(name: string): string {
    const remote = platformRepository(join(directory, name, 'platform.git'));
    const clone = join(directory, name, 'clone');
    git(directory, ['clone', '--quiet', `file://${remote.path}`, clone]);
    for (const branch of ['dev', 'qa']) git(clone, ['branch', '--quiet', branch, `origin/${branch}`]);
    return clone;
  }

  async function inWorld(command: ReadmeCommand, look: (ran: Ran, world: World) => void): Promise<void> {
    const world = createWorld();
    try {
      const { words, exported } = withValues(command, { 'https://github.com/acme/platform': world.source.path });
      look(await fairlead(words.slice(1), { env: { ...env, FAIRLEAD_CACHE: world.directory, ...exported } }), world);
    } finally {
      world.close();
    }
  }

  const handlers: Readonly<Record<RunBy<'unit'>, (command: ReadmeCommand) => Promise<void>>> = {
    'npm run --silent fairlead --': async ({ words: [program = '', ...args] }) => {
      const cwd = fileURLToPath(new URL('../../../..', import.meta.url));
      const { stdout } = await execa(program, [...args, '--version'], { cwd });
      expect(stdout).toBe((await fairlead(['--version'])).out.trim());
    },
    'fairlead validate': async ({ words }) => {
      const cwd = cloneOf('validate');
      for (const branch of ['main', 'dev', 'qa']) {
        git(cwd, ['switch', '--quiet', branch]);
        expect(await fairlead(words.slice(1), { env, cwd })).toMatchObject({ code: 0, err: '' });
      }
    },
    'fairlead render': async (command) => {
      const out = join(directory, 'out');
      const { words } = withValues(command, { '/tmp/dev': out });
      const ran = await fairlead(words.slice(1), { env, cwd: cloneOf('render') });
      expect(ran).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^dev at main /) });
      expect(existsSync(join(out, 'us/west/apps/blue/shop/shop.yaml'))).toBe(true);
    },
    'fairlead diff': async ({ words }) => {
      const world = createWorld();
      try {
        for (const name of ['dev', 'qa']) await world.deploy(name);
        const clone = join(world.directory, 'clone');
        git(world.directory, ['clone', '--quiet', world.source.path, clone]);
        const diff = () => fairlead(words.slice(1), { env, cwd: clone });
        expect(await diff()).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^dev: no differences\n/) });
        writeFileSync(join(clone, 'apps/shop/shop.yaml'), manifest('ConfigMap', 'shop', 'shop'));
        expect(await diff()).toMatchObject({
          code: 6,
          err: '',
          out: expect.stringContaining('  ~ ConfigMap shop/shop'),
        });
      } finally {
        world.close();
      }
    },
    'fairlead environments': (command) =>
      inWorld(command, (ran) => {
        expect(ran).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^ENVIRONMENT .*\ndev .*\nqa /) });
      }),
    'fairlead history': (command) =>
      inWorld(command, (ran) => {
        expect(ran).toEqual({ code: 0, err: '', out: 'Nothing is recorded of qa yet.\n' });
      }),
  };

  it.each(commandsRunBy('unit'))('$text', (command) => handlers[command.name](command));
});
