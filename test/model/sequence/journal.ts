/** What happened in a sequence, line by line, for whoever must find out why it went wrong. */
export class Journal {
  readonly #begun = Date.now();
  readonly #lines: string[] = [];

  add(text: string): void {
    this.#lines.push(`${String(Date.now() - this.#begun).padStart(6)} ${text}`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
