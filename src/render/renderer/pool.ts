import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { Failure } from '../../failure.ts';
import type { LeafOutput, LeafRequest, Renderer } from '../types.ts';
import { callRenderer } from './call.ts';
import { awaitGreeting } from './greeting.ts';
import { RendererProcess } from './process.ts';
import type { Greeting } from './protocol.ts';

export interface RendererPoolOptions {
  /** The renderer's executable: see `ensureRenderer`. */
  readonly binary: string;
  /** Processes at most, and so renders at once; one for each core if not given. They are started when needed. */
  readonly size?: number;
  /** What one render may take, waiting for a free process aside. */
  readonly timeoutMs?: number;
  /** What one process may use, at least 64 MiB. */
  readonly memoryLimitBytes?: number;
}

const defaultTimeoutMs = 60_000;
const defaultMemoryLimitBytes = 512 * 1024 * 1024;

/**
 * Renders in long-lived processes, one leaf at a time in each. What a leaf does to its process (crash, endless loop,
 * too much memory) costs that call a `RenderFailed`; the next call gets a new process.
 */
export function createRendererPool(options: RendererPoolOptions): Renderer {
  return new RendererPool(options);
}

class RendererPool implements Renderer {
  private readonly options: Required<RendererPoolOptions>;
  private readonly limit: ReturnType<typeof pLimit>;
  private readonly processes = new Set<RendererProcess>();
  private readonly idle: RendererProcess[] = [];
  private readonly turns = new Set<Promise<unknown>>();
  private greeting: Greeting | undefined;
  private closed = false;
  private calls = 0;

  constructor(options: RendererPoolOptions) {
    this.options = {
      binary: options.binary,
      size: options.size ?? availableParallelism(),
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      memoryLimitBytes: options.memoryLimitBytes ?? defaultMemoryLimitBytes,
    };
    this.limit = pLimit(this.options.size);
  }

  async render(request: LeafRequest, options: { readonly signal?: AbortSignal } = {}): Promise<LeafOutput> {
    const { timeoutMs, memoryLimitBytes } = this.options;
    const { signal } = options;
    signal?.throwIfAborted();
    const turn = this.takeTurn(async () => {
      signal?.throwIfAborted();
      const process = await this.obtain();
      try {
        this.calls += 1;
        const call = { timeoutMs, memoryLimitBytes, ...(signal && { signal }) };
        return await callRenderer(process, String(this.calls), request, call);
      } finally {
        this.giveBack(process);
      }
    });
    return signal ? untilAborted(turn, signal) : turn;
  }

  async versions(): Promise<Readonly<Record<string, string>>> {
    if (!this.greeting) await this.takeTurn(async () => this.giveBack(await this.obtain()));
    return this.greeting?.versions ?? {};
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.processes].map((process) => process.kill()));
    await Promise.allSettled(this.turns);
  }

  private async takeTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.limit(() => (this.closed ? Promise.reject(closedFailure()) : work()));
    this.turns.add(turn);
    try {
      return await turn;
    } catch (error) {
      // A process that we ended ourselves did not crash.
      throw this.closed ? closedFailure() : error;
    } finally {
      this.turns.delete(turn);
    }
  }

  private async obtain(): Promise<RendererProcess> {
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

/** A call that waits for its turn ends at once when it is aborted; its turn then passes. */
async function untilAborted<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([turn, aborted]);
  } finally {
    over.abort();
  }
}
