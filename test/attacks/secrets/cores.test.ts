import { afterEach, expect, it, vi } from 'vitest';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { RendererProcess } from '../../../src/render/renderer/process.ts';

afterEach(() => void vi.unstubAllEnvs());

it('A renderer that crashes ends by itself and leaves no core, whatever the environment of its worker asks of Go', async () => {
  vi.stubEnv('GOTRACEBACK', 'crash');
  const renderer = new RendererProcess({ binary: await ensureRenderer(), memoryLimitBytes: 256 * 1024 * 1024 });
  expect(await renderer.exchange()).toContain('"hello"');
  const { pid } = Reflect.get(renderer, 'child') as { readonly pid: number };
  const ending = renderer.exchange();
  // A kernel writes a core of what is ended by this signal, and of nothing that exits.
  process.kill(pid, 'SIGABRT');
  expect(await ending).toMatchObject({ description: 'exit code 2', stderr: expect.stringContaining('SIGABRT') });
});
