import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { goInstall } from '../../../demo/programs/go-install.ts';
import { Failure } from '../../../src/failure.ts';
import { findProgram } from '../../../src/programs/find.ts';
import type { ProgramRecipe, ProgramWay } from '../../../src/programs/recipe.ts';

let home: string;
let env: NodeJS.ProcessEnv;
let made: string[];
let lines: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fairlead-find-'));
  env = { PATH: join(home, 'bin'), FAIRLEAD_CACHE: join(home, 'cache') };
  made = [];
  lines = [];
});

afterEach(() => rm(home, { recursive: true, force: true }));

const progress = (line: string) => void lines.push(line);

function way(name: string, obtain?: ProgramWay['obtain']): ProgramWay {
  const fill: ProgramWay['obtain'] = async (directory) => {
    await writeFile(join(directory, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  };
  return {
    description: `making it by ${name}`,
    duration: 'a moment',
    obtain: async (directory, context) => {
      made.push(name);
      await (obtain ?? fill)(directory, context);
    },
  };
}

function recipe(...ways: readonly ProgramWay[]): ProgramRecipe {
  return {
    name: 'tool',
    environmentVariable: 'THE_TOOL',
    pathNames: ['tool'],
    cacheKey: 'v1',
    executable: 'tool',
    ways,
  };
}

async function executable(path: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
  return path;
}

describe('finding a program', () => {
  it('says now and then of what takes long that it is still at it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    try {
      const slow = way('compiling', async (directory) => {
        vi.advanceTimersByTime(31_000);
        await writeFile(join(directory, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
      });
      await findProgram(recipe(slow), { env, progress });
      vi.advanceTimersByTime(60_000);
    } finally {
      vi.useRealTimers();
    }
    expect(lines).toEqual([
      'tool is not here yet: making it by compiling (a moment)',
      'tool: still at it after 15 s (a moment)',
      'tool: still at it after 30 s (a moment)',
      'tool is ready after 31.0 s and kept for next time',
    ]);
  });

  it('makes none where it may not, and says that there is none', async () => {
    const found = findProgram(recipe(way('first')), { env, progress, mayMake: false });
    await expect(found).rejects.toThrow('tool is not on this machine yet.');
    expect({ made, lines }).toEqual({ made: [], lines: [] });
  });

  it('takes what the environment variable names before all else', async () => {
    const own = await executable(join(home, 'own'));
    await executable(join(home, 'bin', 'tool'));
    expect(await findProgram(recipe(way('a')), { env: { ...env, THE_TOOL: own }, progress })).toBe(own);
  });

  it('refuses a variable that names no executable instead of looking elsewhere', async () => {
    await executable(join(home, 'bin', 'tool'));
    const search = findProgram(recipe(way('a')), { env: { ...env, THE_TOOL: join(home, 'none') }, progress });
    await expect(search).rejects.toMatchObject({ type: 'InvalidConfig', message: expect.stringContaining('THE_TOOL') });
  });

  it('takes what was installed with Fairlead after the variable, and before the PATH', async () => {
    const installed = await executable(join(home, 'package', 'tool'));
    await executable(join(home, 'bin', 'tool'));
    const packaged = { ...recipe(way('a')), packaged: async () => installed };
    expect(await findProgram(packaged, { env, progress })).toBe(installed);
    const own = await executable(join(home, 'own'));
    expect(await findProgram(packaged, { env: { ...env, THE_TOOL: own }, progress })).toBe(own);
    const nothing = { ...packaged, packaged: async () => undefined };
    expect(await findProgram(nothing, { env, progress })).toBe(join(home, 'bin', 'tool'));
  });

  it('takes what is on the PATH before it makes anything', async () => {
    const onPath = await executable(join(home, 'bin', 'tool'));
    expect(await findProgram(recipe(way('a')), { env, progress })).toBe(onPath);
    expect(made).toEqual([]);
  });

  it('makes it once, tells what it does and how long it took, and finds it in the cache from then on', async () => {
    const first = await findProgram(recipe(way('a')), { env, progress });
    const second = await findProgram(recipe(way('a')), { env, progress });
    expect(first).toBe(join(home, 'cache', 'programs', 'tool', 'v1', 'tool'));
    expect(second).toBe(first);
    expect(made).toEqual(['a']);
    expect(lines).toEqual([
      'tool is not here yet: making it by a (a moment)',
      expect.stringMatching(/^tool is ready after \d+\.\d s and kept for next time$/),
    ]);
  });

  it('goes on to the next way when one does not work here', async () => {
    const failing = way('download', async () => {
      throw new Failure('Unavailable', 'No network.');
    });
    await findProgram(recipe(failing, way('build')), { env, progress });
    expect(made).toEqual(['download', 'build']);
  });

  it('names every reason when no way works, and leaves nothing in the cache', async () => {
    const failing = way('build', async (directory) => {
      await writeFile(join(directory, 'half'), '');
      throw new Failure('Unavailable', 'The compiler is upset.');
    });
    await expect(findProgram(recipe(failing), { env, progress })).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(/The compiler is upset\..*THE_TOOL/),
    });
    expect(await readdir(join(home, 'cache', 'programs', 'tool'))).toEqual([]);
  });

  it('repairs a cached directory that has lost its executable', async () => {
    const directory = join(home, 'cache', 'programs', 'tool', 'v1');
    await mkdir(join(directory, 'lib'), { recursive: true });
    await findProgram(recipe(way('a')), { env, progress });
    expect(await readdir(directory)).toEqual(['tool']);
  });

  it('says how it comes where nothing can make it', async () => {
    const found = findProgram({ ...recipe(), withoutWays: 'It comes with Ada.' }, { env, progress });
    await expect(found).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: 'tool is not on this machine. It comes with Ada. Or set THE_TOOL to an executable of your own.',
    });
    expect(lines).toEqual([]);
  });

  it('says in one sentence what to install when go is missing', async () => {
    const build = goInstall({ package: 'example.org/tool', version: 'v1.0.0', duration: 'a minute' });
    await expect(findProgram(recipe(build), { env, progress })).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringContaining('`go` is not on the PATH. Install Go'),
    });
  });

  it('stops at once when it is aborted', async () => {
    const controller = new AbortController();
    const slow = way('slow', async (_directory, context) => {
      controller.abort(new Error('enough'));
      context.signal?.throwIfAborted();
    });
    const search = findProgram(recipe(slow, way('never')), { env, progress, signal: controller.signal });
    await expect(search).rejects.toThrow('enough');
    expect(made).toEqual(['slow']);
  });
});
