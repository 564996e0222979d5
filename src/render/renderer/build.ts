/**
 * The program behind `npm run build:renderer [-- FILE]`. It has the renderer ready in the cache and prints its path.
 * With FILE it copies the renderer there, as the container image does.
 */
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { ensureRenderer } from './ensure.ts';

try {
  const built = await ensureRenderer();
  const target = process.argv[2];
  if (target) await copyTo(built, resolve(target));
  process.stdout.write(`${target ? resolve(target) : built}\n`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function copyTo(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await copyFile(source, target);
  await chmod(target, 0o755);
}
