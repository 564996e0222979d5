import { execFile, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Errand } from '../../../src/processes/errand.ts';
import { onFrames } from '../../../src/processes/frame-stream.ts';
import { encodeFrame } from '../../../src/processes/frames.ts';
import { createProcessPool, type ProcessPoolOptions } from '../../../src/processes/pool.ts';
import type { LimitedWork } from '../../../src/processes/work.ts';
import { entryModule } from '../../../src/programs/entry-module.ts';
import type { TaskName } from './tasks-process.ts';

const entry = entryModule('tasks-process', import.meta.url);
const pools: { close(): Promise<void> }[] = [];
afterAll(async () => void (await Promise.all(pools.map((pool) => pool.close()))));

function open(options: ProcessPoolOptions = {}) {
  const pool = createProcessPool(entry, { processes: 1, ...options });
  pools.push(pool);
  const run = <T = unknown>(name: TaskName, task: object = {}, more: Partial<LimitedWork & Errand> = {}) => {
    const { read, shared, ...limits } = more;
    const work: LimitedWork = {
      type: 'RenderFailed',
      what: 'dev cannot be rendered: planning it',
      remedy: 'Make it simpler.',
      timeoutMs: 20_000,
      signal: undefined,
      repository: 'https://forge.test/acme/one',
      ...limits,
    };
    return pool.run<T>(work, async () => ({ name, task, read, shared }));
  };
  return { ...pool, run };
}

const shared = open();

describe('A task in a process', () => {
  it('is given plain data and bytes, and answers them', async () => {
    const task = { bytes: Buffer.from('abc'), map: new Map([['a', new Set([1])]]), missing: undefined, big: 1n };
    expect(await shared.run('echo', task)).toEqual(task);
    const large = Buffer.alloc(20_000_000, 'x');
    const { bytes, empty } = await shared.run<Record<string, Buffer>>('echo', { bytes: large, empty: Buffer.alloc(0) });
    expect(bytes?.equals(large)).toBe(true);
    expect(empty?.length).toBe(0);
  });

  it('asks for contents, and for what it shares with others', async () => {
    const read = async (oids: Iterable<string>) => new Map([...oids].map((oid) => [oid, Buffer.from(`of ${oid}`)]));
    expect(await shared.run('read', { oids: ['a', 'b', 'a'] }, { read })).toEqual(['a: of a', 'b: of b']);
    const packed = { kind: 'whole', bytes: Buffer.from('x') } as const;
    expect(await shared.run('share', { id: 7 }, { shared: new Map([[7, packed]]) })).toEqual(packed);
    await expect(shared.run('share', { id: 8 }, {})).rejects.toThrow('the contents cannot be had');
    const failing = () => Promise.reject(new Error('the disk is full'));
    await expect(shared.run('read', { oids: ['a'] }, { read: failing })).rejects.toThrow('the disk is full');
  });

  it('fails with its own words, and the process goes on', async () => {
    const before = await shared.run('pid');
    await expect(shared.run('refuse')).rejects.toMatchObject({ type: 'RenderFailed', message: 'There is no leaf.' });
    await expect(shared.run('fail')).rejects.toThrow(new TypeError('nothing is here'));
    expect(await shared.run('pid')).toBe(before);
  });
});

describe('A task that takes too much', () => {
  // In a thread of this process, each of these ended all of it.
  it.each<TaskName>(['growTable', 'growList'])('of memory costs itself alone (%s)', async (name) => {
    const pool = open({ processes: 2, memoryMiB: 64 });
    const failed = pool.run(name).catch((error: unknown) => error);
    expect(await pool.run('echo', { a: 1 }, { repository: 'https://forge.test/acme/two' })).toEqual({ a: 1 });
    expect(await failed).toMatchObject({
      type: 'RenderFailed',
      message: 'dev cannot be rendered: planning it takes more than 64 MiB of memory. Make it simpler.',
    });
    expect(await pool.run('echo', { b: 1 })).toEqual({ b: 1 });
  });

  it('to say is ended', async () => {
    await expect(shared.run('say', { bytes: 130 * 1024 * 1024 })).rejects.toThrow('takes more than 128 MiB to say');
  });

  it('of time is ended', async () => {
    await expect(shared.run('spin', {}, { timeoutMs: 200 })).rejects.toThrow('takes more than 0.2 s. Make it simpler.');
  });

  it('is ended when nobody waits for it any more', async () => {
    const caller = new AbortController();
    const ended = shared.run('spin', {}, { signal: caller.signal }).catch((error: unknown) => error);
    await pause(500);
    caller.abort(new Error('the step is cancelled'));
    expect(await ended).toEqual(new Error('the step is cancelled'));
    expect(await shared.run('echo', { a: 1 })).toEqual({ a: 1 });
  });
});

describe('A process', () => {
  it('that dies fails what it did, to be tried again', async () => {
    const before = await shared.run('pid');
    await expect(shared.run('die')).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('ended in the middle: its process is gone (ended by SIGKILL).'),
    });
    expect(await shared.run('pid')).not.toBe(before);
  });

  it('that dies while it has nothing to do is replaced', async () => {
    const before = await shared.run<number>('pid');
    process.kill(before, 'SIGKILL');
    await expect.poll(() => isThere(before)).toBe(false);
    expect(await shared.run('pid')).not.toBe(before);
  });

  it('does not end by signals that its terminal sends to all', async () => {
    const pid = await shared.run<number>('pid');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    expect(await shared.run('pid')).toBe(pid);
  });

  it.runIf(process.platform === 'linux')('leaves no core file', async () => {
    expect(await shared.run('limits')).toMatch(/^Max core file size +0 +0 /m);
  });

  it('is closed, and takes nothing any more', async () => {
    const pool = open();
    const pid = await pool.run<number>('pid');
    await pool.close();
    expect(isThere(pid)).toBe(false);
    await expect(pool.run('echo')).rejects.toThrow('The processes of this worker are closed.');
  });

  it('ends its task by itself where nobody does, and itself where nobody is there', async () => {
    const { execArgv, url } = entry;
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
    const child = spawn(process.execPath, [...execArgv, url.pathname], { stdio: [...stdio] });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const pipe = child.stdio[3] as Socket;
    const said: unknown[] = [];
    onFrames(pipe, { onMessage: (message) => said.push(message), longest: 1_000, onExcess: () => undefined });
    const spin = encodeFrame({ kind: 'task', name: 'spin', task: {}, mostMs: 300 });
    for (const part of spin) pipe.write(part);
    await expect.poll(() => said, { timeout: 10_000 }).toEqual([{ kind: 'began' }, { kind: 'late' }]);
    for (const part of spin) pipe.write(part);
    pipe.destroySoon();
    await ended;
  });

  it('keeps nobody from ending who has started it', async () => {
    const pool = new URL('../../../src/processes/pool.ts', import.meta.url);
    const program = `
      const { createProcessPool } = await import(${JSON.stringify(pool.href)});
      const pool = createProcessPool({ url: new URL(${JSON.stringify(entry.url.href)}), execArgv: ${JSON.stringify(entry.execArgv)} });
      const work = { what: '', remedy: '', type: 'Internal', timeoutMs: 20_000, signal: undefined, repository: 'https://forge.test/a/b' };
      console.log(await pool.run(work, async () => ({ name: 'pid', task: {} })));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...entry.execArgv, '--input-type=module', '--eval', program],
      { timeout: 30_000 },
    );
    await expect.poll(() => isThere(Number(stdout))).toBe(false);
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
