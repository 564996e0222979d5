import type { Io } from '../../../src/cli/io.ts';
import { run } from '../../../src/cli/program.ts';

/** What one command answered. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, as `fairlead <args>` would, with nothing of the developer's environment. */
export async function fairlead(
  args: readonly string[],
  { env = {}, cwd = '/' }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Ran> {
  const written = { out: '', err: '' };
  const io: Io = {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    interactive: false,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', USER: 'ada', ...env },
    cwd,
  };
  return { code: await run(args, io), ...written };
}
