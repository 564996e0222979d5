import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The command that runs the command line tool from the sources. */
export const cliCommand = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)),
] as const;

/** Runs `fairlead …` as a person or CI would, and answers what it printed. Throws its error text where it fails. */
export async function runCli(args: readonly string[], env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string> {
  const [program, ...rest] = cliCommand;
  const { exitCode, stdout, stderr } = await execa(program, [...rest, ...args], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    ...(signal && { signal }),
  });
  if (exitCode !== 0) throw new Error(`fairlead ${args.join(' ')} ended with ${exitCode}: ${stderr || stdout}`);
  return stdout;
}
