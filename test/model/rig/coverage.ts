/** What happens a dozen times and more in 150 short sequences: what is rarer would be missing by chance one day. */
const always: readonly string[] = [
  ...['config', 'merge', 'approve', 'rollback', 'stall', 'flux'].map((kind) => `event ${kind}: done`),
  'step renderEnvironment: promotion unchanged',
  'step awaitMerge: promotion merged',
  'step awaitMerge: config change merged',
  'step closePullRequest: closed',
];

const inLongRuns: readonly string[] = [
  ...['close', 'rollback promotion', 'take back', 'hold', 'revert', 'edit', 'restart', 'terminate', 'lose lane'].map(
    (kind) => `event ${kind}: done`,
  ),
  'event lose answer: done',
  'merged by hand: merge',
  'merged by hand: squash',
  'merged by hand: rebase',
  'step renderEnvironment: promotion superseded',
  'step awaitMerge: promotion stale',
  'step awaitMerge: rollback merged',
  'step awaitRollout: rollback healthy',
  'step observeLane: done revert',
];

/** Counts what the sequences of a run came upon, so that nobody takes for tested what never happened. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** Names what a run of so many sequences must have come upon, and did not. */
  missing(sequences: number): readonly string[] {
    const required = [...(sequences < 150 ? [] : always), ...(sequences < 1000 ? [] : inLongRuns)];
    return required.filter((what) => !this.#counts.has(what));
  }

  /** Lists what was met with counts, one line for each group: `awaitMerge: merged 12, stale 3`. */
  get lines(): readonly string[] {
    const groups = new Map<string, string[]>();
    for (const [what, count] of [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [group = '', detail = ''] = what.split(': ');
      groups.set(group, [...(groups.get(group) ?? []), `${detail} ${count}`.trim()]);
    }
    return [...groups].map(([group, details]) => `${group}: ${details.join(', ')}`);
  }
}
