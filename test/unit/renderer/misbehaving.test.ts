import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import type { Renderer } from '../../../src/render/types.ts';
import { plainLeaf } from './request.ts';

let directory: string;
let pool: Renderer | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-renderer-'));
});

afterEach(async () => {
  await pool?.close();
  await rm(directory, { recursive: true, force: true });
});

/**
 * A program that prints `greeting` and then does what `onRequest` says with each request, `first` marking its first
 * life.
 */
async function openProgram(greeting: string, onRequest = '', timeoutMs = 5_000): Promise<Renderer> {
  const binary = join(directory, 'renderer');
  const mark = JSON.stringify(join(directory, 'lived'));
  const script = `#!${process.execPath}
const { existsSync, writeFileSync } = require('node:fs');
const first = !existsSync(${mark});
const say = (value) => process.stdout.write(typeof value === 'string' ? value : JSON.stringify(value) + '\\n');
const answer = (id) => say({ id, output: { yaml: 'fine', objects: [] } });
say(${JSON.stringify(greeting)});
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  writeFileSync(${mark}, '');
  const { id } = JSON.parse(line);
  if (!first) return answer(id);
  ${onRequest}
});
`;
  await writeFile(binary, script, { mode: 0o755 });
  pool = createRendererPool({ binary, size: 1, timeoutMs });
  return pool;
}

const hello = `${JSON.stringify({ hello: { protocol: '1', versions: { helm: 'v0' } } })}\n`;

describe('a renderer that misbehaves', () => {
  it.each([
    [
      'speaks another protocol',
      '{"hello":{"protocol":"9","versions":{}}}\n',
      /protocol 9, this Fairlead speaks 1.*build:renderer/,
    ],
    ['greets with something else', 'Welcome to BusyBox\n', /is no Fairlead renderer/],
  ])('is refused by name when it %s', async (_how, greeting, message) => {
    const renderer = await openProgram(greeting);
    const refused = { type: 'InvalidConfig', message: expect.stringMatching(message) };
    await expect(renderer.render(plainLeaf('a'))).rejects.toMatchObject(refused);
    await expect(renderer.versions()).rejects.toMatchObject(refused);
  });

  it('is refused by name when it does not start', async () => {
    pool = createRendererPool({ binary: join(directory, 'nothing-here') });
    await expect(pool.render(plainLeaf('a'))).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringMatching(/nothing-here does not start.*ENOENT/),
    });
  });

  it.each([
    [
      'crashes',
      'process.stderr.write("fatal error: all morgue\\nstack\\n", () => process.exit(2));',
      /exit code 2\). fatal error: all morgue$/,
    ],
    ['is killed', 'process.kill(process.pid, "SIGKILL");', /ended by SIGKILL/],
    [
      'answers without end',
      'const more = () => process.stdout.write("x".repeat(1_000_000), more); more();',
      /^It renders to more than 32 MiB, and was stopped\. Divide it/,
    ],
    ['answers nonsense', 'say("{nonsense}\\n");', /no proper answer: \{nonsense\}/],
    ['answers another request', 'answer("other");', /no proper answer/],
    ['answers without a result', 'say({ id });', /no proper answer/],
    ['answers with half an object', 'say({ id, output: { yaml: "a" } });', /no proper answer/],
  ])('costs one call when it %s', async (_how, onRequest, message) => {
    const renderer = await openProgram(hello, onRequest);
    await expect(renderer.render(plainLeaf('a'))).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringMatching(message),
    });
    await expect(renderer.render(plainLeaf('b'))).resolves.toEqual({ yaml: 'fine', objects: [] });
  });

  it('costs nothing when it dies between two calls', async () => {
    const renderer = await openProgram(hello, 'answer(id); setImmediate(() => process.exit(0));');
    await renderer.render(plainLeaf('a'));
    await expect
      .poll(() => renderer.render(plainLeaf('b')).catch(() => 'lost'), { timeout: 5_000 })
      .toMatchObject({ yaml: 'fine' });
  });

  it('may send its answer in pieces', async () => {
    const pieces = `const text = JSON.stringify({ id, output: { yaml: 'snow ☃', objects: [] } }) + '\\n';
      const bytes = Buffer.from(text);
      const next = (at) => at < bytes.length && process.stdout.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
      next(0);`;
    const renderer = await openProgram(hello, pieces);
    await expect(renderer.render(plainLeaf('a'))).resolves.toMatchObject({ yaml: 'snow ☃' });
  });

  it('is given more than its time on the clock where it gets no processor', async () => {
    const renderer = await openProgram(hello, 'setTimeout(() => answer(id), 400);', 100);
    expect(await renderer.render(plainLeaf('a'))).toMatchObject({ yaml: 'fine' });
  });

  it('is not waited for without end, and that is not the fault of the leaf', async () => {
    const renderer = await openProgram(hello, '', 100);
    await expect(renderer.render(plainLeaf('a'))).rejects.toMatchObject({
      type: 'Unavailable',
      isOfWorker: true,
      message: expect.stringMatching(/after 1 s, in which it had 0 s of a processor.*renderer\.timeLimit/),
    });
    expect(await renderer.render(plainLeaf('b'))).toMatchObject({ yaml: 'fine' });
  });

  it('is ended when it has used its processor time', async () => {
    const renderer = await openProgram(hello, 'for (;;);', 300);
    await expect(renderer.render(plainLeaf('a'))).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining('longer than 0.3 s of processor time'),
    });
  });
});
