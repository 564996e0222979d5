import type { Person } from '../../../../src/git/repository.ts';
import type { Bench } from '../setup.ts';

export const dev = 'fairlead/dev';
export const person: Person = { name: 'Fairlead', email: 'fairlead@example.org', date: '2024-05-06T07:08:09.000Z' };

export function record(second: number, outcome: string): string {
  return JSON.stringify({ time: `2024-05-06T07:08:${String(second).padStart(2, '0')}Z`, outcome });
}

/** What the remote of a bench holds in `refs/notes/fairlead/dev`, as plain git tells. */
export function notesOf(bench: Bench) {
  const git = (args: readonly string[]) => bench.remote.git(args);
  return {
    shown: (commit: string) => git(['notes', `--ref=${dev}`, 'show', commit]),
    paths: () => git(['ls-tree', '-r', '--name-only', `refs/notes/${dev}`]).split('\n'),
    head: () => git(['for-each-ref', '--format=%(objectname)', `refs/notes/${dev}`]),
    /** With a cache of its own. */
    elsewhere: (name: string) => bench.open({ cacheDir: `${bench.directory}/${name}` }),
    /** A history of many commits, made by one process; the youngest first. */
    commits(count: number): readonly string[] {
      const who = 'Ada <ada@example.org> 1700000000 +0000';
      const one = (i: number) => `commit refs/heads/main\ncommitter ${who}\ndata 4\n${1000 + i}\n`;
      bench.remote.git(['fast-import', '--quiet'], Array.from({ length: count }, (_, i) => one(i)).join(''));
      return bench.remote.git(['rev-list', 'main']).split('\n');
    },
  };
}
