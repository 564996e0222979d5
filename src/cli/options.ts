import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Failure } from '../failure.ts';
import { isOwnName } from '../operation/claim.ts';
import { durationForms, parseDuration } from '../platform/duration.ts';
import { checkRepositoryUrl } from '../platform/repository/repository-url.ts';
import { ciJob, ciSystems } from './ci/ci-job.ts';
import { exitCodeWords } from './exit.ts';
import type { Io } from './io.ts';

/** Adds `--json`, which every command takes. */
export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print JSON, for programs');
}

/** Adds `--source`, for commands that need the platform's repository; `sourceFrom` reads it. */
export function addSourceOption(command: Command): Command {
  return command.option(
    '--source <url>',
    'the platform source repository (default: FAIRLEAD_SOURCE, else that of the CI job)',
  );
}

/**
 * Answers the platform's repository, as git takes it: `--source`, else `FAIRLEAD_SOURCE`, else the one whose CI job this is.
 * Throws `Failure` InvalidInput.
 */
export function sourceFrom({ source }: { readonly source?: string }, io: Io): string {
  const given = source ?? (io.env.FAIRLEAD_SOURCE || ciJob(io.env)?.repository);
  if (given) return sourceUrl(given, io);
  throw new Failure(
    'InvalidInput',
    `It is not known which platform is meant. Name its source repository with --source, or set FAIRLEAD_SOURCE. In a CI job (${ciSystems}) it is the repository of the job.`,
  );
}

/** Reads an option's duration, in milliseconds. */
export function durationArgument(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`Write a duration such as ${durationForms}.`);
  return milliseconds;
}

/** Reads the number of `--limit`. */
export function limitArgument(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number, 1 or more.');
}

/** What `addSummaryOption` adds. */
export interface SummaryOption {
  readonly summary?: string;
}

/** Adds `--summary`, for commands that CI calls. */
export function addSummaryOption(command: Command): Command {
  return command.option('--summary <file>', 'append the outcome to a file in Markdown, such as "$GITHUB_STEP_SUMMARY"');
}

/** The options that `addFollowOptions` adds, and `--json`. */
export interface FollowOptions extends SummaryOption {
  readonly wait?: boolean;
  /** The time to watch, in milliseconds; undefined: as long as it takes. */
  readonly timeout?: number;
  readonly json?: boolean;
}

/** Adds `--wait`, `--timeout` and `--summary`, for commands that start something. */
export function addFollowOptions(command: Command): Command {
  return addSummaryOption(command)
    .option('--wait', 'show the progress until it ends or needs a person')
    .option('--timeout <duration>', 'with --wait: stop watching after this long, such as 30m', durationArgument);
}

/** Writes the line on exit codes in the help of commands that start something. */
export function waitExitCodes(done: string): string {
  return `Exit codes: 0 ${done}, or under way and nobody is needed; ${exitCodeWords(1, 4, 5)}.`;
}

/** Adds `--by`, for commands that act in a person's name; `personFrom` reads it. */
export function addByOption(command: Command): Command {
  return command.option('--by <name>', "who acts (default: git's user.name, else the system's user)");
}

/** Gathers the values of an option that may be repeated. */
export function collectValues(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** Answers a repository's URL or directory, as git takes it. Throws `Failure` InvalidInput. */
export function sourceUrl(source: string, io: Io): string {
  // A path that begins with a dot names a directory only together with the current one.
  if (/^\.{1,2}(\/|$)/.test(source)) return checkRepositoryUrl(resolve(io.cwd, source)).href;
  const { kind, href } = checkRepositoryUrl(source);
  return kind === 'local' ? resolve(io.cwd, href) : href;
}

/** Answers who acts: `--by`, else git's user, else the system's. Throws `Failure` InvalidInput where none is known. */
export async function personFrom(by: string | undefined, io: Io): Promise<string> {
  const person = by ?? (await knownPerson(io));
  if (!person) throw new Failure('InvalidInput', 'It is not known who you are. Say it with --by "Ada Lovelace".');
  if (!isOwnName(person)) return person;
  const given = by === undefined ? `Your name, ${JSON.stringify(person)},` : `--by ${JSON.stringify(person)}`;
  throw new Failure('InvalidInput', `${given} stands for Fairlead itself. Say who you are: --by "Ada Lovelace".`);
}

async function knownPerson({ cwd, env }: Io): Promise<string | undefined> {
  const { execa } = await import('execa');
  const { stdout } = await execa('git', ['config', '--get', 'user.name'], { cwd, env, reject: false });
  return stdout.trim() || env.USER || env.LOGNAME;
}
