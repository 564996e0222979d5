import { expect, it } from 'vitest';
import type { GitRepository } from '../../../src/git/repository.ts';
import { earlierCommits } from '../../../src/gitops/leaves/earlier-commits.ts';
import type { RecordedEntry } from '../../../src/record/entry.ts';
import { printProvenance } from '../../../src/render/layout/provenance.ts';
import { expectProcessorTimeBelow } from '../support/processor-time.ts';

expectProcessorTimeBelow(3_000);

const [main, config, head, parent] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(40)) as [string, ...string[]];
const revision = { main, config: config ?? '' };

/** A branch of two commits, both of the same pair. */
const repository = {
  commit: async (sha: string) => ({ sha, parents: sha === head ? [parent] : [] }),
  ensureCommit: async () => true,
  readFile: async () => Buffer.from(printProvenance({ revision, groups: new Map(), renderer: {} })),
} as unknown as GitRepository;

/** Whoever may write notes may write many lines that leave many clusters out, and each cluster asks: it took a minute of the main thread. */
it('thousands of lines that leave out thousands of clusters are gone through once', async () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `cluster-${index}`);
  const without = { clusters: { total: names.length, healthy: 0 }, leftOut: names };
  const line = { time: '2026-03-01T13:00:00.000Z', event: 'promoted', operation: 'promotion', ...revision, ...without };
  const entries = Array.from({ length: 3_000 }, () => ({ ...line, commit: parent }) as unknown as RecordedEntry);
  const found = await earlierCommits(repository, { head: head ?? '', awaited: head ?? '', entries });
  expect(found).toHaveLength(1);
  expect(names.filter((name) => found[0]?.wasHealthy(name))).toEqual([]);
  expect(found[0]?.wasHealthy('another')).toBe(true);
});
