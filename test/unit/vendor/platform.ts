import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git, temporaryDirectory } from '../../support/git.ts';
import { fairlead, type Ran } from '../cli/test-io.ts';

/** A checkout of main in which somebody works. */
export interface WorkTree {
  readonly path: string;
  write(path: string, content: string): void;
  read(path: string): string;
  exists(path: string): boolean;
  /** Lists all files below a directory, sorted. */
  list(path: string): readonly string[];
  commit(): void;
  /** Answers what git says is changed, one line a file. */
  changes(): readonly string[];
  /** Runs `fairlead` there. */
  run(...args: readonly string[]): Promise<Ran>;
  remove(): void;
}

/** Makes a checkout without any files. */
export function workTree(env: NodeJS.ProcessEnv = {}): WorkTree {
  const directory = temporaryDirectory('vendor');
  const path = join(directory.path, 'platform');
  mkdirSync(path);
  git(path, ['init', '--quiet', '--template=', '--initial-branch=main']);
  const at = (name: string) => join(path, name);
  return {
    path,
    write: (name, content) => {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), content);
    },
    read: (name) => readFileSync(at(name), 'utf8'),
    exists: (name) => existsSync(at(name)),
    list: (name) =>
      readdirSync(at(name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(at(name).length + 1))
        .sort(),
    commit: () => {
      git(path, ['add', '--all']);
      git(path, ['commit', '--quiet', '--allow-empty', '--message', 'A step']);
    },
    changes: () => git(path, ['status', '--porcelain', '--untracked-files=all']).split('\n').filter(Boolean),
    run: (...args) =>
      fairlead(args, {
        cwd: path,
        env: {
          HOME: directory.path,
          FAIRLEAD_VENDOR: process.env.FAIRLEAD_VENDOR,
          FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
          FAIRLEAD_CACHE: process.env.FAIRLEAD_CACHE,
          XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? '', '.cache'),
          ...goEnvironment(),
          ...env,
        },
      }),
    remove: () => directory.remove(),
  };
}

/** Where Go keeps what it has compiled, because the home directory is another one here. */
function goEnvironment(): NodeJS.ProcessEnv {
  const home = process.env.HOME ?? '';
  return {
    GOPATH: process.env.GOPATH ?? join(home, 'go'),
    GOCACHE: process.env.GOCACHE ?? join(home, '.cache/go-build'),
    GOFLAGS: process.env.GOFLAGS,
    GOPROXY: process.env.GOPROXY,
  };
}
