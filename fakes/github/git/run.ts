import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a git command ended. */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Answers variables that keep the machine's own git configuration away from the stand-in. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', ...extra };
}

/** A setting of git's: its key, and its value. */
export type GitSetting = readonly [key: string, value: string];

/** Answers variables that set something for one process of git. */
export function gitSettings(settings: readonly GitSetting[]): Readonly<Record<string, string>> {
  const variables = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: `${settings.length}`, ...Object.fromEntries(variables) };
}

/** Runs git where the exit code is an answer. */
export function tryGit(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const options = { cwd: directory, env: gitEnvironment(env), maxBuffer: 64 * 1024 * 1024 };
    execFile('git', [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
}

/** Runs git, and answers standard output without the last line end. Throws for any exit code but 0. */
export async function git(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryGit(directory, args, env);
  if (code !== 0) throw new Error(`git ${args.join(' ')} in ${directory} ended with ${code}: ${stderr}`);
  return stdout.replace(/\n$/, '');
}

/** Writes a commit as it is, and answers its id. */
export function writeCommit(directory: string, content: string): Promise<string> {
  const args = ['hash-object', '-t', 'commit', '-w', '--stdin'];
  return new Promise((resolve, reject) => {
    const child = execFile('git', args, { cwd: directory, env: gitEnvironment() }, (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
    child.stdin?.end(content);
  });
}

/**
 * Answers the head of a branch. Every answer of the forge asks for it, twice for each open request: it reads the files
 * themselves, and at once, because a file of 41 bytes is read faster than a thread is asked to.
 */
export function branchHead(directory: string, branch: string): string | undefined {
  const ref = `refs/heads/${branch}`;
  // What git allows in no name would lead out of the folder.
  if (branch.includes('..')) return undefined;
  const loose = contentOf(join(directory, ref));
  if (loose !== undefined) return loose.trim();
  const packed = contentOf(join(directory, 'packed-refs'));
  return packed
    ?.split('\n')
    .find((line) => line.slice(41) === ref)
    ?.slice(0, 40);
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
