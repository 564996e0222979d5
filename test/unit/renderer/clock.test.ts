import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { plainLeaf } from './request.ts';

vi.mock('../../../src/render/renderer/processor-time.ts', () => ({ processorMs: () => undefined }));

it('Where no system tells what a processor worked, the clock counts, and the failure says so', async () => {
  const { path, remove } = temporaryDirectory('renderer');
  const binary = join(path, 'renderer');
  const hello = JSON.stringify({ hello: { protocol: '1', versions: { helm: 'v0' } } });
  await writeFile(binary, `#!${process.execPath}\nconsole.log(${JSON.stringify(hello)});\nprocess.stdin.resume();\n`, {
    mode: 0o755,
  });
  const pool = createRendererPool({ binary, size: 1, timeoutMs: 200 });
  try {
    await expect(pool.render(plainLeaf('a'))).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringMatching(
        /longer than 0\.2 s \(`renderer\.timeLimit`.*endless loop\. The machine may be busy, too/,
      ),
    });
  } finally {
    await pool.close();
    remove();
  }
});
