import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/platform/limits.ts';
import { renderPlatform } from '../../../src/render/platform.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import type { Renderer } from '../../../src/render/types.ts';
import { base, inputsOf, manifest } from '../../unit/render/trees.ts';
import { outcomeOf } from './rendering.ts';

const mebibyte = 1024 * 1024;
const memoryLimitBytes = 192 * mebibyte;
let binary: string;
let renderer: Renderer;

beforeAll(async () => {
  binary = await ensureRenderer();
  renderer = createRendererPool({ binary, size: 2, memoryLimitBytes });
}, 600_000);
afterAll(() => renderer?.close());

/** Charts of a few hundred bytes, with this template. */
function charts(count: number, template: string) {
  const names = Array.from({ length: count }, (_, index) => `apps/bad/c${index}`);
  const files = names.flatMap((name) => [
    [`${name}/Chart.yaml`, 'apiVersion: v2\nname: c\nversion: 1.0.0\n'],
    [`${name}/helm.yaml`, 'namespace: bad\n'],
    [`${name}/templates/map.yaml`, `# ${name}\n${template}`],
  ]);
  const config = Object.fromEntries(names.map((name) => [`eu/${name}/.gitkeep`, '']));
  return inputsOf({ main: Object.fromEntries(files), config });
}

const render = async (inputs: ReturnType<typeof inputsOf>) =>
  outcomeOf(renderPlatform(inputs, renderer).then(({ files }) => [...files.keys()].join()));

const good = inputsOf({ main: base('apps/good'), config: { 'eu/apps/good/.gitkeep': '' } });

describe('Many large leaves at once', () => {
  it('that are rendered to megabytes each are refused before the worker has all of them in memory', async () => {
    // The real renderer takes seconds for as much: here only what the worker keeps matters.
    const yaml = manifest('ConfigMap', 'large', `data: { x: "${'x'.repeat(12 * mebibyte)}" }\n`);
    let answered = 0;
    const generous: Renderer = {
      versions: async () => ({}),
      close: async () => undefined,
      render: async () => {
        answered += yaml.length;
        return { yaml, objects: [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name: `large-${answered}` }] };
      },
    };
    const outcome = await outcomeOf(renderPlatform(charts(200, ''), generous).then(() => 'rendered'));
    expect(outcome).toEqual({
      refused: expect.stringMatching(
        /^dev cannot be rendered: its leaves render to more than 128 MiB, .* is group eu, leaf apps\/bad\/c\d+ \(main aaaaaaaa, config cccccccc\) with 12 MiB\. Make/,
      ),
    });
    // What was begun when the limit was reached, ends: sixteen leaves at most.
    expect(answered).toBeLessThan(limits.environmentOutputBytes + 16 * 13 * mebibyte);
    expect(await render(good)).toEqual({ yaml: expect.stringContaining('good.yaml') });
  });

  it.runIf(process.platform === 'linux')(
    'use no more memory than all renderers may, and others are rendered',
    async () => {
      const greedy = '{{ $x := "0123456789abcdef" }}{{ range until 64 }}{{ $x = cat $x $x }}{{ end }}{{ $x }}';
      const peaks: number[] = [];
      const watch = setInterval(() => peaks.push(residentBytes()), 20);
      try {
        const [bad, ...others] = await Promise.all([render(charts(12, greedy)), render(good), render(good)]);
        expect(bad).toEqual({ refused: expect.stringContaining('needs more than 192 MiB of memory') });
        for (const each of others) expect(each).toEqual({ yaml: expect.stringContaining('good.yaml') });
      } finally {
        clearInterval(watch);
      }
      expect(Math.max(...peaks)).toBeGreaterThan(0);
      expect(Math.max(...peaks)).toBeLessThan(2 * (1.25 * memoryLimitBytes + 128 * mebibyte));
    },
  );
});

/** Answers what the renderers of this process have in memory together. */
function residentBytes(): number {
  const fields = (pid: string, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8');
    } catch {
      // It ended while we looked.
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && fields(pid, 'cmdline').startsWith(binary))
    .map((pid) => fields(pid, 'status'))
    .filter((status) => /^PPid:\t(\d+)$/m.exec(status)?.[1] === String(process.pid))
    .reduce((sum, status) => sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0), 0);
}
