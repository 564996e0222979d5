/** What the sequences of a run came upon, so that nobody takes for tested what never happened. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
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
