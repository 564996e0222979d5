import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test, vi } from 'vitest';
import { rigDirectory } from '../../flux/cluster/directory.ts';
import { startProgram, untilReady } from '../../flux/cluster/program.ts';

const abandons = fileURLToPath(new URL('./abandons-a-rig.ts', import.meta.url));

describe('a program of the rig', () => {
  test('that ends by itself is told with the end of its log', async () => {
    const directory = await rigDirectory();
    try {
      const args = ['-c', 'echo "the port is taken"; exit 3'];
      const program = startProgram(directory, { name: 'server', path: '/bin/sh', args });
      const ready = untilReady({ name: 'server', program, directory }, async () => false);
      await expect(ready).rejects.toThrow('server ended by itself (exit 3). The end of its log:\n  the port is taken');
    } finally {
      await directory.remove();
    }
  });

  test('that is not there is told, too', async () => {
    const directory = await rigDirectory();
    try {
      const program = startProgram(directory, { name: 'server', path: '/nonexistent/server', args: [] });
      await expect(program.ended).rejects.toThrow('ENOENT');
      await program.stop();
    } finally {
      await directory.remove();
    }
  });

  test('ends with the process that started it, and leaves no directory', async () => {
    const starter = execa(process.execPath, ['--import', 'tsx', abandons], { reject: false });
    const { stdout } = await starter;
    const { path, pid } = JSON.parse(stdout) as { readonly path: string; readonly pid: number };
    await vi.waitFor(
      () => {
        expect(existsSync(path)).toBe(false);
        expect(() => process.kill(pid, 0)).toThrow();
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});
