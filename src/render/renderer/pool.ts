import { untilAborted } from '../../async/until-aborted.ts';
import { Failure } from '../../failure.ts';
import { createFairTurns, type FairTurns } from '../../processes/fair-turns.ts';
import type { LeafOutput, LeafRequest, Renderer, RenderOptions } from '../types.ts';
import { callRenderer } from './call.ts';
import { awaitGreeting } from './greeting.ts';
import { RendererProcess } from './process.ts';
import type { Greeting } from './protocol.ts';
import { defaultMemoryLimitBytes, defaultPoolSize } from './size.ts';

/*
 * Invariants of this folder: a process has one call at a time, and a call has one answer. A process that did anything
 * but answer is ended, and never used again. It gets no environment and no file, only the request; time and memory are
 * limited. Whatever happens in a process costs the call that it had, and no other.
 */

/** The settings of a pool. */
export interface RendererPoolOptions {
  /** The path of the renderer; `ensureRenderer` answers it. */
  readonly binary: string;
  /**
   * The number of processes at most, and so of renders at once. They are started when needed. Default: `defaultPoolSize`.
   */
  readonly size?: number;
  /** The processor time, in milliseconds, that one render may take in its process. Default: a minute. */
  readonly timeoutMs?: number;
  /** The memory that one process may use, at least 64 MiB. Default: 1 GiB. */
  readonly memoryLimitBytes?: number;
}

const defaultTimeoutMs = 60_000;

/**
 * Makes a renderer of long-lived processes, one leaf at a time in each. Where a leaf ends its process (crash, endless
 * loop, too much memory) that call throws `Failure` RenderFailed, and the next one gets a new process.
 */
export function createRendererPool(options: RendererPoolOptions): Renderer {
  return new RendererPool(options);
}

class RendererPool implements Renderer {
  private readonly options: Required<RendererPoolOptions>;
  private readonly places: FairTurns;
  private readonly processes = new Set<RendererProcess>();
  private readonly idle: RendererProcess[] = [];
  private readonly turns = new Set<Promise<unknown>>();
  private greeting: Greeting | undefined;
  private closed = false;
  private calls = 0;

  constructor(options: RendererPoolOptions) {
    const memoryLimitBytes = options.memoryLimitBytes ?? defaultMemoryLimitBytes;
    this.options = {
      binary: options.binary,
      size: options.size ?? defaultPoolSize(memoryLimitBytes),
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      memoryLimitBytes,
    };
    this.places = createFairTurns(this.options.size);
  }

  async render(request: LeafRequest, { signal, share = '' }: RenderOptions = {}): Promise<LeafOutput> {
    const { timeoutMs, memoryLimitBytes } = this.options;
    signal?.throwIfAborted();
    const turn = this.takeTurn(share, async () => {
      signal?.throwIfAborted();
      const process = await this.obtainProcess();
      try {
        this.calls += 1;
        const call = { id: String(this.calls), leaf: request };
        return await callRenderer(process, call, { timeoutMs, memoryLimitBytes, signal });
      } finally {
        this.giveBack(process);
      }
    });
    // Its turn passes unused when it was aborted before that.
    return untilAborted(turn, signal);
  }

  async versions(): Promise<Readonly<Record<string, string>>> {
    if (!this.greeting) await this.takeTurn('', async () => this.giveBack(await this.obtainProcess()));
    return this.greeting?.versions ?? {};
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.processes].map((process) => process.kill()));
    await Promise.allSettled(this.turns);
  }

  private async takeTurn<T>(share: string, work: () => Promise<T>): Promise<T> {
    const turn = this.places.run(share, () => (this.closed ? Promise.reject(closedFailure()) : work()));
    this.turns.add(turn);
    try {
      return await turn;
    } catch (error) {
      // A process that `close` ended did not crash.
      throw this.closed ? closedFailure() : error;
    } finally {
      this.turns.delete(turn);
    }
  }

  private async obtainProcess(): Promise<RendererProcess> {
    for (let process = this.idle.pop(); process; process = this.idle.pop()) {
      if (process.usable) return process;
      this.processes.delete(process);
    }
    const process = new RendererProcess(this.options);
    this.processes.add(process);
    try {
      this.greeting = await awaitGreeting(process, this.options.binary);
      return process;
    } catch (error) {
      this.processes.delete(process);
      throw error;
    }
  }

  private giveBack(process: RendererProcess): void {
    if (process.usable) this.idle.push(process);
    else this.processes.delete(process);
  }
}

function closedFailure(): Failure {
  return new Failure('Unavailable', 'The renderer is closed.');
}
