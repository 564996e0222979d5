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
      // Of a file every problem is a line of its own; a render's error is one text.
      for (const text of error.type === 'InvalidConfig' ? error.message.split('\n') : [error.message]) this.error(text);
      return undefined;
    }
  }

  error(text: string): void {
    if (!this.errors.includes(text)) this.errors.push(text);
  }

  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }
}
