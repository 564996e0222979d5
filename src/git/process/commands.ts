import { Failure } from '../../failure.ts';
import { bytesText } from '../../platform/limits.ts';
import type { RepositoryUrl } from '../../platform/repository/repository-url.ts';
import { proxyCredentials } from '../../proxy/proxy.ts';
import type { Caches } from '../mirror/caches.ts';
import { settingHint, signIn } from './credentials.ts';
import { localEnvironment, proxyOf, remoteEnvironment } from './environment.ts';
import { machineFailure } from './machine-failure.ts';
import { type Command, GitExit, GitFlood, GitGreed, GitTimeout, type Output } from './process.ts';
import { gitWords, redact } from './redact.ts';
import { remoteFailure } from './remote-failure.ts';
import type { GitSettings, GitTimeouts } from './settings.ts';

/** A mirror's directory, and the remote that it mirrors. */
export interface MirrorPlace {
  readonly dir: string;
  readonly url: RepositoryUrl;
}

/**
 * Runs git's commands on one mirror. Every command has a time limit, sees only what it needs of the worker's
 * environment, and gets credentials in its environment alone: they are in no URL, argument, file or message.
 */
export interface Commands extends MirrorPlace, Pick<GitSettings, 'lagMs'> {
  /**
   * Answers what a command without input prints. Throws `GitExit` for any exit code but 0, and `Failure` InvalidInput
   * where it prints more than `mostBytes`.
   */
  text(args: readonly string[], mostBytes?: number): Promise<string>;
  /** Runs a command with this standard input. Throws `GitExit` for an exit code that is not listed; default: 0. */
  plumb(args: readonly string[], input?: string | Buffer, exitCodes?: readonly number[]): Promise<Output>;
  /**
   * Runs a command that connects to the remote. Throws `Failure` where git's words tell what the world is missing,
   * `GitExit` where they do not; resolves where `answers` says that the words are an answer.
   */
  remote(args: readonly string[], options?: RemoteOptions): Promise<Output>;
}

/**
 * The mirror as it is while it keeps its identity: git on it, what it answered before, and what ends or locks the step.
 */
export interface Git extends Commands {
  readonly caches: Caches;
  /** Ends the step that opened the mirror. */
  readonly signal: AbortSignal | undefined;
  /**
   * Runs `work` while no other activity or process that asks for this mirror does. Others may wait for what it brings:
   * once begun it goes on when the step is ended, and must use the git that it is given. `wanted` names what it brings: whoever
   * brings something else is waited for a moment only; undefined: whoever it is is waited for.
   */
  exclusively<T>(work: (git: Git) => Promise<T>, wanted?: readonly string[]): Promise<T>;
  /** Nobody else who would, works on the mirror exclusively now. */
  readonly isAlone: boolean;
  /** For how long things may take that others can do without. */
  readonly timeouts: GitTimeouts;
}

/** How a command that connects is run. */
export interface RemoteOptions {
  readonly input?: string;
  /** True for a fetch or a push, which may take longer than a question. */
  readonly transfer?: boolean;
  /** The time that it may take, in milliseconds, where that is less. */
  readonly limitMs?: number | undefined;
  /** Says whether an exit code other than 0 is an answer rather than an error. */
  readonly answers?: (output: Output) => boolean;
}

/** Makes the commands on a mirror; `signal` ends those that run when it is aborted. */
export function gitOn({ dir, url }: MirrorPlace, settings: GitSettings, signal: AbortSignal | undefined): Commands {
  const env = localEnvironment(settings.environment, dir);
  const { timeouts, run } = settings;
  const runHere = async (
    command: Pick<Command, 'args' | 'input' | 'mostBytes'>,
    exitCodes: readonly number[] = [0],
  ): Promise<Output> => {
    const output = await run({ ...command, env, limitMs: timeouts.localMs, signal }).catch((error: unknown) =>
      throwRunFailure(error, url),
    );
    if (exitCodes.includes(output.exitCode)) return output;
    const lacking = machineFailure(gitWords(output.stderr, []));
    if (lacking) throw lacking;
    throw new GitExit(command.args[0] ?? '', output);
  };
  return {
    dir,
    url,
    lagMs: settings.lagMs,
    plumb: (args, input = '', exitCodes) => runHere({ args, input }, exitCodes),
    text: async (args, mostBytes) => (await runHere({ args, input: '', mostBytes })).stdout.toString('utf8'),
    async remote(args, { input = '', transfer = false, limitMs: most, answers = () => false } = {}) {
      const signedIn = await signIn(url, settings.credentials, args[0] === 'push' ? 'push' : 'fetch');
      const proxy = proxyOf(env, url);
      const secrets = [...signedIn.secrets, (proxy && proxyCredentials(proxy)?.password) ?? ''];
      const quietSeconds = Math.max(1, Math.round(timeouts.silenceMs / 1000));
      const connected = remoteEnvironment(env, { url, signIn: signedIn, quietSeconds });
      const limitMs = Math.min(transfer ? timeouts.transferMs : timeouts.askMs, most ?? Number.POSITIVE_INFINITY);
      const output = await run({ args, env: connected, input, limitMs, signal }).catch((error: unknown) =>
        throwTimeout(error, url),
      );
      if (output.exitCode === 0 || answers(output)) {
        // A push that is refused ends with what the remote says of it.
        const stdout =
          output.exitCode === 0 ? output.stdout : Buffer.from(redact(output.stdout.toString('utf8'), secrets));
        return { ...output, stdout, stderr: redact(output.stderr, secrets) };
      }
      const words = gitWords(output.stderr, secrets);
      const hint = settingHint(url, settings.credentials);
      const remote = remoteFailure(words, { url, hint, signedIn: signedIn.header !== undefined, proxy });
      if (remote?.type === 'Unauthorized' || remote?.type === 'NotFound') settings.credentials?.refused?.(url.href);
      throw (
        machineFailure(words) ??
        remote ??
        new GitExit(args[0] ?? '', { exitCode: output.exitCode, stderr: words, connected: true })
      );
    },
  };
}

/** Tells whether a call to a remote was ended here because it took too long. */
export function tookTooLong(error: unknown): boolean {
  return error instanceof Failure && error.cause instanceof GitTimeout;
}

function throwTimeout(error: unknown, url: RepositoryUrl): never {
  if (!(error instanceof GitTimeout)) return throwRunFailure(error, url);
  throw new Failure(
    'Unavailable',
    `${url.href} did not answer git within ${error.limitMs / 1000} s. A worker asks again by itself.`,
    { cause: error },
  );
}

function throwRunFailure(error: unknown, url: RepositoryUrl): never {
  if (error instanceof GitFlood)
    throw new Failure(
      'InvalidInput',
      `What is asked of ${url.href} has more than ${bytesText(error.mostBytes)} (${error.message}). Make smaller what it ` +
        'lists: a commit with very many files, or very large ones.',
      { cause: error },
    );
  if (error instanceof GitGreed)
    throw new Failure(
      'InvalidInput',
      `What is asked of ${url.href} takes git more than ${bytesText(error.mostMemory)} of memory (${error.message}). Look for very many ` +
        'branches and tags there, very large files, or a server that does not end its answer.',
      { cause: error },
    );
  if ((error as NodeJS.ErrnoException | null)?.code !== 'ENOENT') throw error;
  throw new Failure('Internal', 'The program "git" is not on the PATH of the worker. Install git 2.34 or later.', {
    cause: error,
    isOfWorker: true,
  });
}
