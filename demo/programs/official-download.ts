import { chmod, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { Failure } from '../../src/failure.ts';
import type { ProgramWay, WayContext } from '../../src/programs/recipe.ts';

export type ServerKind = 'dev server' | 'time-skipping server';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = fileURLToPath(new URL('./download-server.ts', import.meta.url));

interface DownloadLimits {
  /** The time without a single byte after which the download is given up, in milliseconds. */
  readonly patienceMs: number;
  /** The time that the whole may take, in milliseconds. */
  readonly limitMs: number;
}

/**
 * Makes an executable called `output` by the Temporal SDK's own download of a server.
 *
 * The SDK offers it only together with a start, and neither can be stopped half-way: so both happen in a process of
 * their own, which is ended when after `patienceMs` not one byte has arrived (no network, or one that drops packets),
 * or when the whole takes longer than `limitMs`.
 */
export function officialDownload(
  kind: ServerKind,
  output: string,
  { patienceMs = 8_000, limitMs = 180_000 }: Partial<DownloadLimits> = {},
): ProgramWay {
  return {
    description: `downloading Temporal's ${kind} from temporal.download`,
    duration: 'under a minute; given up after a few seconds without a network',
    obtain: async (directory, context) => {
      await download(kind, directory, { context, patienceMs, limitMs });
      const [file] = await readdir(directory);
      if (!file) throw new Failure('Unavailable', `The download of Temporal's ${kind} left no file.`);
      await rename(join(directory, file), join(directory, output));
      await chmod(join(directory, output), 0o755);
    },
  };
}

async function download(
  kind: ServerKind,
  directory: string,
  { context, patienceMs, limitMs }: DownloadLimits & { readonly context: WayContext },
): Promise<void> {
  const child = execa(process.execPath, ['--import', 'tsx', script, kind, directory], {
    cwd: root,
    env: context.env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: limitMs,
    ...(context.signal && { signal: context.signal }),
  });
  let silent = false;
  const patience = setTimeout(async () => {
    silent = (await readdir(directory)).length === 0;
    if (silent) child.kill('SIGKILL');
  }, patienceMs);
  const result = await child.finally(() => clearTimeout(patience));
  context.signal?.throwIfAborted();
  if (!result.failed) return;
  const said = silent
    ? `nothing arrived within ${patienceMs / 1000} s`
    : lastLine(result.stderr) || `exit code ${result.exitCode}`;
  throw new Failure('Unavailable', `Temporal's ${kind} cannot be downloaded from temporal.download: ${said}.`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
