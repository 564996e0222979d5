import { Failure } from '../../failure.ts';

/**
 * The findings of a check. Errors would stop a promotion. Warnings would not, or are about what could not be checked.
 */
export class Findings {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];

  /** Answers the result of `action`; undefined: it threw a `Failure`, which is noted as errors. */
  async attempt<T>(action: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.type === 'Unavailable' || error.type === 'Internal') throw error;
      // The problems of a file are lines of their own; the error of a render is one text.
      for (const text of error.type === 'InvalidConfig' ? error.message.split('\n') : [error.message]) this.error(text);
      return undefined;
    }
  }

  /** Notes an error, once. */
  error(text: string): void {
    if (!this.errors.includes(text)) this.errors.push(text);
  }

  /** Notes a warning, once. */
  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }
}
