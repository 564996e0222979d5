import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliCommand } from '../../../demo/rig/cli.ts';
import { cacheDirectory } from '../../../src/programs/cache.ts';
import { temporalDevServer } from '../../../src/programs/temporal/dev-server.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { openTerminals, type Terminals } from './terminals.ts';

/** Who follows the tutorial: a home directory with a git that knows them, `fairlead` on the PATH, and terminals. */
export interface Reader {
  readonly home: string;
  readonly terminals: Terminals;
  /** Puts a command on the reader's PATH, as a script of `sh`. */
  command(name: string, script: string): Promise<void>;
  /** Ends what runs, and takes the home away. */
  close(): Promise<void>;
}

/** What else the reader has. */
export interface ReaderOptions {
  /** More lines of `.gitconfig`. */
  readonly gitConfig?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The `fairlead` that is called in place of the sources: of installed packages, or of the build. */
const installed = process.env.FAIRLEAD_TUTORIAL_COMMAND;

/** Makes a reader, in a home of their own. */
export async function openReader({ gitConfig = '', env = {} }: ReaderOptions = {}): Promise<Reader> {
  const home = await mkdtemp(join(tmpdir(), 'fairlead-tutorial-'));
  const bin = join(home, 'bin');
  const command = async (name: string, script: string) => {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await mkdir(bin);
  await command('fairlead', `exec ${installed || cliCommand.join(' ')} "$@"`);
  await writeFile(join(home, '.gitconfig'), `[user]\n\tname = Ada\n\temail = ada@acme.example\n${gitConfig}`);
  const terminals = openTerminals(home, {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: home,
    LANG: 'C.UTF-8',
    FAIRLEAD_CACHE: cacheDirectory(),
    TEMPORAL_CLI: await temporalDevServer(),
    // What is installed brings its own.
    ...(!installed && { FAIRLEAD_RENDERER: await ensureRenderer() }),
    ...env,
  });
  return {
    home,
    terminals,
    command,
    async close() {
      await terminals.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
