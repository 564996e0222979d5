import { expect, it } from 'vitest';
import { useBench } from '../../unit/git/setup.ts';

const bench = useBench();
const notes = 'refs/notes/fairlead/qa';
const bits = 14;

/** One note in 16,384 files, as git reads them: each path is the id of the commit, with slashes in other places. */
function writeInParts(commit: string): void {
  const pathOf = (part: number) =>
    [...commit].map((digit, at) => (at < bits && (part >> at) & 1 ? `${digit}/` : digit)).join('');
  const files = Array.from({ length: 2 ** bits }, (_, part) => {
    const line = `{"part":${part}}\n`;
    return `M 100644 inline ${pathOf(part)}\ndata ${line.length}\n${line}\n`;
  });
  const commitLines = `commit refs/heads/eve\ncommitter Eve <eve@example.org> 1700000000 +0000\ndata 3\nall\n`;
  bench.remote.git(['fast-import', '--quiet'], `${commitLines}${files.join('')}`);
  bench.remote.git(['update-ref', notes, 'refs/heads/eve']);
}

/** Moves the notes on without changing any. */
function pushAgain(): void {
  const next = bench.remote.git(['commit-tree', '-p', notes, '-m', 'again', `${notes}^{tree}`]);
  bench.remote.git(['update-ref', notes, next]);
}

it('A note in very many files is read again in no time, after each push', async () => {
  const commit = bench.remote.commit('main', { 'readme.md': 'nothing' });
  writeInParts(commit);
  const repository = bench.open();
  await repository.notes('fairlead/qa');
  pushAgain();
  const before = process.cpuUsage();
  const { lines } = await repository.notes('fairlead/qa');
  const { user } = process.cpuUsage(before);
  expect(lines.get(commit)?.length).toBe(2 ** bits);
  expect(user / 1_000_000).toBeLessThan(2);
}, 120_000);
