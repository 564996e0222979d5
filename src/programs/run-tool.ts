import { execa } from 'execa';
import { Failure } from '../failure.ts';
import { findOnPath } from './executable.ts';
import type { WayContext } from './recipe.ts';

/** A build tool that a way needs, and what people do when it is missing. */
export interface Tool {
  readonly name: string;
  /** What to do where it is missing, as a sentence: `Install Go 1.26 or newer (https://go.dev/dl/).` */
  readonly remedy: string;
}

/**
 * Runs a build tool in `cwd` and answers what it printed. Throws `Failure` `InvalidConfig` when it is not on the PATH,
 * `Unavailable` with its last lines when it fails, and the signal's reason when that aborts it.
 */
export async function runTool(
  tool: Tool,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly context: WayContext },
): Promise<string> {
  const { context } = options;
  const path = await findOnPath([tool.name], context.env);
  if (!path) throw new Failure('InvalidConfig', `\`${tool.name}\` is not on the PATH. ${tool.remedy}`);
  const result = await execa(path, [...args], {
    cwd: options.cwd,
    env: { ...context.env, ...options.env },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    ...(context.signal && { signal: context.signal }),
  });
  context.signal?.throwIfAborted();
  if (!result.failed) return result.stdout;
  const said =
    lastLines(result.all ?? '') || (result.signal ? `ended by ${result.signal}` : `exit code ${result.exitCode}`);
  throw new Failure('Unavailable', `\`${tool.name} ${args.join(' ')}\` failed: ${said}`);
}

function lastLines(text: string, count = 8): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
