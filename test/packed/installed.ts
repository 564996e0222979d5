import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findOnPath } from '../../src/programs/executable.ts';
import { temporaryDirectory } from '../support/git.ts';
import type { Ran } from '../unit/cli/test-io.ts';

/** What a user's machine has; above all neither Go nor Java. */
const programs = ['node', 'npm', 'git', 'sh', 'env'];

/** The published packages, packed for this platform and installed as a user does, in a place of their own. */
export interface Installed {
  /** Where npm puts global packages. */
  readonly modules: string;
  /** The directory with all programs that commands find. */
  readonly path: string;
  /** Installs the archives whose names begin so, and answers what npm says of it. */
  install(...names: readonly string[]): Promise<string>;
  run(args: readonly string[], options?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }): Promise<Ran>;
  remove(): void;
}

/** Packs everything for this platform. Nothing is installed yet. */
export async function packForThisPlatform(): Promise<Installed> {
  const { path: place, remove } = temporaryDirectory('packed');
  const [path, archives, prefix] = ['bin', 'archives', 'prefix'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(path);
  for (const name of programs) symlinkSync((await findOnPath([name], process.env)) ?? name, join(path, name));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await execa('npm', ['run', '--silent', 'pack', '--', '--out', archives], { cwd: root });
  const npm = (...args: readonly string[]) =>
    execa(join(path, 'npm'), [...args, '--global', '--prefix', prefix, '--prefer-offline', '--ignore-scripts'], {
      cwd: archives,
      env: { ...process.env, PATH: path },
      extendEnv: false,
    });
  return {
    modules: join(prefix, 'lib/node_modules'),
    path,
    async install(...names) {
      const files = readdirSync(archives).filter((file) => names.some((name) => file.startsWith(name)));
      if (files.length !== names.length) throw new Error(`${archives} has no archive of one of ${names.join(', ')}.`);
      const { stdout, stderr } = await npm('install', ...files.map((file) => `./${file}`));
      return `${stdout}\n${stderr}`;
    },
    async run(args, { cwd = place, env = {} } = {}) {
      const { exitCode, stdout, stderr } = await execa(join(prefix, 'bin/fairlead'), [...args], {
        cwd,
        env: { PATH: path, HOME: place, USER: 'ada', ...env },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      });
      return { code: exitCode ?? -1, out: stdout, err: stderr };
    },
    remove() {
      rmSync(prefix, { recursive: true, force: true, maxRetries: 3 });
      remove();
    },
  };
}
