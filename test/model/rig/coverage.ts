const required: readonly string[] = [
  ...['config', 'merge', 'close', 'approve', 'rollback', 'rollback promotion', 'take back', 'hold', 'revert', 'edit'],
  ...['restart', 'terminate', 'lose lane', 'stall', 'lose answer', 'flux'],
]
  .map((kind) => `event ${kind}: done`)
  .concat([
    'merged by hand: merge',
    'merged by hand: squash',
    'merged by hand: rebase',
    'step renderEnvironment: promote superseded',
    'step renderEnvironment: promote unchanged',
    'step awaitMerge: promote merged',
    'step awaitMerge: promote stale',
    'step awaitMerge: configure merged',
    'step awaitMerge: rollback merged',
    'step awaitRollout: rollback healthy',
    'step closePullRequest: closed',
    'step surveyLane: done revert',
  ]);

/** What the sequences of a run came upon, so that nobody takes for tested what never happened. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** What a run of some size must have come upon, and did not. */
  missing(): readonly string[] {
    return required.filter((what) => !this.#counts.has(what));
  }

  /** `awaitMerge: merged 12, stale 3`, a line for each word before the colon. */
  get lines(): readonly string[] {
    const groups = new Map<string, string[]>();
    for (const [what, count] of [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [group = '', detail = ''] = what.split(': ');
      groups.set(group, [...(groups.get(group) ?? []), `${detail} ${count}`.trim()]);
    }
    return [...groups].map(([group, details]) => `${group}: ${details.join(', ')}`);
  }
}
