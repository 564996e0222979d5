/** Trouble that the next matching calls meet instead of their answer, or after it. */
export type Trouble =
  /** An answer with this status, as GitHub or a proxy before it would give. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** The JSON to send instead of GitHub's error. */
      readonly body?: unknown;
      /** The text to send instead of JSON. */
      readonly text?: string;
    }
  /** Never answers, and changes nothing. */
  | { readonly kind: 'silence' }
  /** Closes the connection, and changes nothing. */
  | { readonly kind: 'hang up' }
  /** Does what was asked, then closes the connection before the answer. */
  | { readonly kind: 'lose the answer' }
  /** Sends half of the answer, then nothing more. */
  | { readonly kind: 'half an answer' };

/** One fault that a test asks for. */
export interface Fault {
  /** Matches the API's calls as `method path`: `POST /repos/acme/gitops/pulls`. Default: every call. */
  readonly match?: RegExp;
  /** The number of calls that meet it. Default: 1. */
  readonly times?: number;
  readonly trouble: Trouble;
}

/** Keeps faults in the order in which they were asked for. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** Takes the trouble that this call meets; undefined where it meets none. */
  take(call: string): Trouble | undefined {
    const index = this.#waiting.findIndex(({ fault }) => fault.match?.test(call) ?? true);
    const found = this.#waiting[index];
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left === 0) this.#waiting.splice(index, 1);
    return found.fault.trouble;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
