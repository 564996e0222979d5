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

  /** Takes back what was counted: an answer that has not changed costs nothing. */
  refund(token: string): void {
    const entry = this.#used.get(token);
    if (entry !== undefined && entry.count > 0) entry.count -= 1;
  }
}

/** The limits of what is created, which GitHub tells nobody before they are met. */
export interface ContentLimits {
  readonly perMinute: number;
  readonly perHour: number;
  /** Matches the calls that count, as `method path`. */
  readonly counts: RegExp;
}

/** How a call is refused by a limit. */
export interface LimitRefusal {
  readonly status: 403 | 429;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Counts what is created, in the last minute and hour. Every other refusal says how long to wait, as on GitHub some do, and GitHub
 * refuses with either status.
 */
export class ContentCount {
  readonly #limits: ContentLimits;
  readonly #now: () => Date;
  #times: number[] = [];
  #refusals = 0;

  constructor(limits: ContentLimits, now: () => Date) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts one call; how it is refused where a limit is met, undefined where it is not. */
  count(call: string): LimitRefusal | undefined {
    const { perMinute, perHour, counts } = this.#limits;
    if (!counts.test(call)) return undefined;
    const now = this.#now().getTime();
    this.#times = this.#times.filter((at) => at > now - HOUR_S * 1000);
    const inMinute = this.#times.filter((at) => at > now - 60_000).length;
    if (inMinute >= perMinute || this.#times.length >= perHour) {
      this.#refusals += 1;
      const headers: LimitRefusal['headers'] = this.#refusals % 2 === 1 ? { 'retry-after': '60' } : {};
      return { status: [1, 2].includes(this.#refusals % 4) ? 403 : 429, headers };
    }
    this.#times.push(now);
    return undefined;
  }
}
