import pLimit from 'p-limit';
import { createBreath } from '../../async/breath.ts';
import { leafFile } from '../layout/files.ts';
import type { Commits } from '../source/sources.ts';
import type { LeafOutput, Renderer } from '../types.ts';
import type { LeafCache } from './cache.ts';
import type { ReadContents } from './contents.ts';
import { OutputSize } from './output-size.ts';
import type { PlannedLeaf } from './plan.ts';
import { type ChartFacts, createRequestMaker, type RequestMaker } from './request.ts';
import { type HeldFiles, heldObjects } from './unstable/held.ts';

/** The tools with which leaves are rendered. */
export interface RenderTools {
  readonly renderer: Renderer;
  readonly cache?: LeafCache;
  readonly signal?: AbortSignal;
  /** The platform for which it is rendered: see `RenderOptions`. */
  readonly share?: string;
  /** Reads the files that plans name by their ids; undefined: the plans have their contents. */
  readonly readContents?: ReadContents;
  /** What the GitOps branch holds; undefined: nothing, so that a chart that keeps something of it is refused. */
  readonly held?: HeldFiles;
}

/** The tools, and how the contents of the leaves of this render are had; undefined: their plans have them. */
export interface LeafTools extends Omit<RenderTools, 'readContents'> {
  readonly contentsOf?: (plan: PlannedLeaf) => Promise<ReadonlyMap<string, Buffer>>;
}

/**
 * The number of requests that are ready for the pool at a time: enough to keep every process busy, few enough to bound
 * memory.
 */
const READY_REQUESTS = 16;

/** Answers the outputs of one render's leaves: from the cache, from an equal leaf, or from the renderer. */
export class LeafOutputs {
  /** What was answered so far. Once it is too large no further leaf begins. */
  readonly size = new OutputSize();
  private readonly tools: LeafTools;
  private readonly versions: Readonly<Record<string, string>>;
  private readonly maker: RequestMaker;
  private readonly limit = pLimit(READY_REQUESTS);
  private readonly breathe = createBreath();
  private readonly shared = new Map<string, Promise<LeafOutput>>();
  private readonly fresh = new Map<string, LeafOutput>();
  private stopped = false;

  constructor(commits: Commits, tools: LeafTools, versions: Readonly<Record<string, string>>) {
    this.tools = tools;
    this.versions = versions;
    this.maker = createRequestMaker(commits);
  }

  /**
   * Answers the output of a leaf; undefined once `stop` was called, or all of them are too large. Throws what the renderer throws, and the signal's
   * reason.
   */
  outputOf(plan: PlannedLeaf, namespace: string | undefined): Promise<LeafOutput | undefined> {
    return this.limit(async () => {
      await this.breathe();
      if (this.stopped || this.size.isTooLarge) return undefined;
      this.tools.signal?.throwIfAborted();
      const facts = { namespace, ...(await this.heldFor(plan)) };
      const key = this.maker.requestKey(plan, facts, this.versions);
      // Groups that take a base as it is share its output.
      const output = this.shared.get(key) ?? this.renderOutput(plan, facts, key);
      this.shared.set(key, output);
      this.size.add(plan, await output);
      return output;
    });
  }

  /** Begins no further leaf. */
  stop(): void {
    this.stopped = true;
  }

  /** Hands what was rendered to the cache, without waiting for the disk. */
  remember(): void {
    for (const [key, output] of this.fresh) this.tools.cache?.set(key, output);
    this.fresh.clear();
  }

  /** Finds what a chart keeps of what the GitOps branch holds. It goes into the key, so that others never get it. */
  private async heldFor({ assignment: { group, base }, chart }: PlannedLeaf): Promise<Omit<ChartFacts, 'namespace'>> {
    const { held } = this.tools;
    const answers = chart?.unstable ?? [];
    if (!held || !answers.some(({ answer }) => answer === 'keep')) return {};
    const text = await held.read(leafFile(group, base.path));
    const kept = text === undefined ? [] : heldObjects(text, answers);
    return { kept, ...(held.placeholders && { placeholders: true }) };
  }

  private async renderOutput(plan: PlannedLeaf, facts: ChartFacts, key: string): Promise<LeafOutput> {
    const { renderer, cache, signal, share, contentsOf } = this.tools;
    const known = await cache?.get(key);
    if (known) return known;
    const contents = await contentsOf?.(plan);
    const output = await renderer.render(this.maker.makeRequest(plan, facts, contents), { signal, share });
    this.fresh.set(key, output);
    return output;
  }
}
