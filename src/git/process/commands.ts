import { Failure } from '../../failure.ts';
import type { RepositoryUrl } from '../../platform/repository-url.ts';
import type { Caches } from '../mirror/caches.ts';
import { settingHint, signIn } from './credentials.ts';
import { localEnvironment, remoteEnvironment } from './environment.ts';
import { GitExit, GitTimeout, type Output } from './process.ts';
import { gitWords, redact } from './redact.ts';
import { remoteFailure } from './remote-failure.ts';
import type { GitSettings } from './settings.ts';

/** git's commands on one mirror directory, with the remote it mirrors. */
export interface Commands {
  readonly dir: string;
  readonly url: RepositoryUrl;
  /** What a command without input prints. Throws `GitExit` for any exit code but 0. */
  text(args: readonly string[]): Promise<string>;
  /** A command fed through its standard input, or silent. Throws `GitExit` for exit codes not listed. */
  plumb(args: readonly string[], input?: string | Buffer, exitCodes?: readonly number[]): Promise<Output>;
  /**
   * A command that connects to the remote. Throws a `Failure` where git's words tell what the world is missing,
   * `GitExit` where they do not; resolves where `answers` says that the words are an answer.
   */
  remote(args: readonly string[], options?: RemoteOptions): Promise<Output>;
}

/** The mirror as it is while it keeps its identity: git on it, and what it answered before. */
export interface Git extends Commands {
  readonly caches: Caches;
}

export interface RemoteOptions {
  readonly input?: string;
  readonly transfer?: boolean;
  readonly answers?: (output: Output) => boolean;
}

export function gitOn(
  dir: string,
  url: RepositoryUrl,
  settings: GitSettings,
  signal: AbortSignal | undefined,
): Commands {
  const env = localEnvironment(settings.environment, dir);
  const { timeouts, run } = settings;
  const plumb: Commands['plumb'] = async (args, input = '', exitCodes = [0]) => {
    const output = await run({ args, env, input, limitMs: timeouts.localMs, ...(signal && { signal }) }).catch(started);
    if (exitCodes.includes(output.exitCode)) return output;
    throw new GitExit(args[0] ?? '', output.exitCode, output.stderr);
  };
  return {
    dir,
    url,
    plumb,
    text: async (args) => (await plumb(args)).stdout.toString('utf8'),
    async remote(args, { input = '', transfer = false, answers = () => false } = {}) {
      const signedIn = await signIn(url, settings.credentials);
      const connected = remoteEnvironment(env, url, signedIn, Math.max(1, Math.round(timeouts.silenceMs / 1000)));
      const limitMs = transfer ? timeouts.transferMs : timeouts.askMs;
      const output = await run({ args, env: connected, input, limitMs, ...(signal && { signal }) }).catch(
        (error: unknown) => timedOut(error, url),
      );
      if (output.exitCode === 0 || answers(output)) {
        return { ...output, stderr: redact(output.stderr, signedIn.secrets) };
      }
      const words = gitWords(output.stderr, signedIn.secrets);
      const hint = settingHint(url, settings.credentials);
      throw (
        remoteFailure(words, { url, hint, signedIn: signedIn.header !== undefined }) ??
        new GitExit(args[0] ?? '', output.exitCode, words, true)
      );
    },
  };
}

function timedOut(error: unknown, url: RepositoryUrl): never {
  if (!(error instanceof GitTimeout)) return started(error);
  throw new Failure(
    'Unavailable',
    `${url.href} did not answer git within ${error.limitMs / 1000} s. It will be asked again.`,
    { cause: error },
  );
}

function started(error: unknown): never {
  if ((error as NodeJS.ErrnoException | null)?.code !== 'ENOENT') throw error;
  throw new Failure('Internal', 'The program "git" is not on the PATH of the worker. Install git 2.34 or later.', {
    cause: error,
  });
}
