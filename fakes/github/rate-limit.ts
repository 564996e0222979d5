const HOUR_S = 3600;

/** Counts calls per token and says so in every answer, as GitHub does. */
export class RateLimit {
  readonly #limit: number;
  readonly #now: () => Date;
  readonly #used = new Map<string, { readonly hour: number; count: number }>();

  constructor(limit: number, now: () => Date) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts one call; `exceeded` says that the hour has no more. */
  count(token: string): { readonly exceeded: boolean; readonly headers: Readonly<Record<string, string>> } {
    const hour = Math.floor(this.#now().getTime() / 1000 / HOUR_S);
    const known = this.#used.get(token);
    const entry = known?.hour === hour ? known : { hour, count: 0 };
    this.#used.set(token, entry);
    const exceeded = entry.count >= this.#limit;
    if (!exceeded) entry.count += 1;
    const headers = {
      'x-ratelimit-limit': String(this.#limit),
      'x-ratelimit-remaining': String(this.#limit - entry.count),
      'x-ratelimit-used': String(entry.count),
      'x-ratelimit-reset': String((hour + 1) * HOUR_S),
      'x-ratelimit-resource': 'core',
    };
    return { exceeded, headers };
  }
}
