import { Failure } from '../../failure.ts';

/** What a check found. Errors would stop a promotion; warnings would not, or could not be checked. */
export class Findings {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];

  /** The result; undefined where it fails with a `Failure`, which is noted once. */
  async attempt<T>(action: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.type === 'Unavailable' || error.type === 'Internal') throw error;
      this.error(error.message);
      return undefined;
    }
  }

  error(text: string): void {
    for (const line of text.split('\n')) if (!this.errors.includes(line)) this.errors.push(line);
  }

  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }
}
