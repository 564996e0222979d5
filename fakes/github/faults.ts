/** What the next matching calls meet instead of, or after, their answer. */
export type Trouble =
  /** An answer with this status, as GitHub or a proxy before it would give. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** JSON instead of GitHub's error. */
      readonly body?: unknown;
      /** Instead of JSON. */
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

export interface Fault {
  /** Of the API's calls: `POST /repos/acme/gitops/pulls`, tested as `method path`. Default: every call. */
  readonly match?: RegExp;
  /** Calls that meet it. Default: 1. */
  readonly times?: number;
  readonly trouble: Trouble;
}

/** Faults in the order in which they were asked for. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** Takes what this call meets; undefined: nothing. */
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
