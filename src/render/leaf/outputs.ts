import pLimit from 'p-limit';
import type { Sources } from '../source/sources.ts';
import type { LeafOutput, Renderer } from '../types.ts';
import type { LeafCache } from './cache.ts';
import type { LeafPlan } from './plan.ts';
import { createRequestMaker, type RequestMaker } from './request.ts';

export interface OutputOptions {
  readonly cache?: LeafCache;
  readonly signal?: AbortSignal;
}

/** Requests made ready for the pool at a time: enough to keep every process busy, few enough to bound memory. */
const READY_REQUESTS = 16;

/** The outputs of one render's leaves: from the cache, from an equal leaf, or from the renderer. */
export class LeafOutputs {
  private readonly renderer: Renderer;
  private readonly versions: Readonly<Record<string, string>>;
  private readonly options: OutputOptions;
  private readonly maker: RequestMaker;
  private readonly limit = pLimit(READY_REQUESTS);
  private readonly shared = new Map<string, Promise<LeafOutput>>();
  private readonly fresh = new Map<string, LeafOutput>();
  private stopped = false;

  constructor(
    sources: Sources,
    renderer: Renderer,
    versions: Readonly<Record<string, string>>,
    options: OutputOptions,
  ) {
    this.renderer = renderer;
    this.versions = versions;
    this.options = options;
    this.maker = createRequestMaker(sources);
  }

  /** Undefined once `stop` was called. Throws what the renderer throws, and the signal's reason. */
  of(plan: LeafPlan, namespace: string | undefined): Promise<LeafOutput | undefined> {
    return this.limit(async () => {
      if (this.stopped) return undefined;
      this.options.signal?.throwIfAborted();
      const key = this.maker.key(plan, namespace, this.versions);
      // Groups that take a base as it is have it in common.
      const output = this.shared.get(key) ?? this.make(plan, namespace, key);
      this.shared.set(key, output);
      return output;
    });
  }

  /** Begins no further leaf. */
  stop(): void {
    this.stopped = true;
  }

  /** Hands what was rendered to the cache; nobody waits for the disk. */
  remember(): void {
    for (const [key, output] of this.fresh) this.options.cache?.set(key, output);
    this.fresh.clear();
  }

  private async make(plan: LeafPlan, namespace: string | undefined, key: string): Promise<LeafOutput> {
    const { cache, signal } = this.options;
    const known = await cache?.get(key);
    if (known) return known;
    const output = await this.renderer.render(this.maker.request(plan, namespace), signal ? { signal } : {});
    this.fresh.set(key, output);
    return output;
  }
}
