import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** Variables that keep the machine's own git configuration away, with the same author and date every time. */
const environment = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
};

/** Runs git in a directory, and answers what it printed. */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execa('git', args, { cwd: directory, env: environment, extendEnv: false });
  return stdout;
}

/** Writes files below a directory. */
export async function writeFiles(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, content] of files) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

/** Commits files to a branch of a bare repository, on top of what it holds, and answers the commit. */
export async function commitFiles(bare: string, branch: string, files: ReadonlyMap<string, string>): Promise<string> {
  const [commit = ''] = await commitEach(bare, branch, [files]);
  return commit;
}

/** Makes a commit of each of these, one on top of the other, and answers them. */
export async function commitEach(
  bare: string,
  branch: string,
  commits: readonly ReadonlyMap<string, string>[],
): Promise<readonly string[]> {
  const isThere = await exists(bare, branch);
  const lines = commits.flatMap((files, index) => [
    `commit refs/heads/${branch}`,
    'committer bench <bench@example.com> 1700000000 +0000',
    'data 5',
    'bench',
    ...(isThere && index === 0 ? [`from refs/heads/${branch}^0`] : []),
    ...[...files].flatMap(([path, content]) => [
      `M 100644 inline ${path}`,
      `data ${Buffer.byteLength(content)}`,
      content,
    ]),
    '',
  ]);
  const input = lines.join('\n');
  await execa('git', ['fast-import', '--quiet'], { cwd: bare, env: environment, extendEnv: false, input });
  const listed = await git(bare, 'rev-list', '--reverse', `--max-count=${commits.length}`, `refs/heads/${branch}`);
  return listed.split('\n');
}

async function exists(bare: string, branch: string): Promise<boolean> {
  return (await git(bare, 'for-each-ref', `refs/heads/${branch}`)) !== '';
}
