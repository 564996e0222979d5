import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { temporalDevServer } from '../../../src/programs/temporal/dev-server.ts';
import type { LeafCache } from '../../../src/render/platform.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import type { LeafOutput, Renderer } from '../../../src/render/types.ts';
import { startDevServer } from '../../support/servers/dev-server.ts';
import { guarded } from '../../support/servers/temporal-guard.ts';
import { TestWorker } from '../../support/temporal-worker.ts';
import { Renders } from '../oracle/renders.ts';
import { quickWorkflows } from './bundle.ts';
import { Coverage } from './coverage.ts';
import { GitLauncher } from './git-launcher.ts';
import { type Steps, stepsOfAll } from './steps-of-all.ts';

export const taskQueue = 'model';

interface RigOptions {
  readonly directory: string;
  /** The path of the dev server's program. */
  readonly program: string;
  readonly workflowBundle: { readonly code: string };
  readonly renderer: Renderer;
}

/** What all sequences share: a dev server, one worker, the renderer, and a folder that is gone afterwards. */
export class Rig {
  readonly directory: string;
  readonly workflowBundle: { readonly code: string };
  readonly renderer: Renderer;
  readonly leafCache: LeafCache;
  readonly renders: Renders;
  readonly git = new GitLauncher();
  readonly coverage = new Coverage();
  /** The steps of each sequence's workflows, by the name of the sequence. */
  readonly steps = new Map<string, Steps>();
  #server: TestWorkflowEnvironment | undefined;
  #worker: TestWorker | undefined;
  #restarting: Promise<void> | undefined;
  readonly #program: string;

  private constructor({ directory, program, workflowBundle, renderer }: RigOptions) {
    this.directory = directory;
    this.#program = program;
    this.workflowBundle = workflowBundle;
    this.renderer = renderer;
    this.leafCache = memoryCache();
    this.renders = new Renders(renderer, this.leafCache);
  }

  static async start(): Promise<Rig> {
    const shared = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const directory = await mkdtemp(join(shared, 'fairlead-model-'));
    const [server, workflowBundle, binary] = await Promise.all([
      temporalDevServer(),
      quickWorkflows(),
      ensureRenderer(),
    ]);
    const program = await guarded(server, { directory, name: 'temporal', cleansUp: true });
    const renderer = createRendererPool({ binary, size: 1, timeoutMs: 60_000, memoryLimitBytes: 1024 ** 3 });
    const rig = new Rig({ directory, program, workflowBundle, renderer });
    await rig.renew();
    return rig;
  }

  get client(): Client {
    if (!this.#server) throw new Error('there is no server');
    return this.#server.client;
  }

  /** The address of the server, `host:port`. */
  get address(): string {
    return this.#server?.address ?? '';
  }

  /** Starts a new server with a new worker: the old one's histories only make it slow. No sequence may be under way. */
  async renew(): Promise<void> {
    await this.#stop();
    this.#server = await startDevServer({ path: this.#program });
    const { workflowBundle, steps } = this;
    this.#worker = new TestWorker({
      connection: this.#server.nativeConnection,
      taskQueue,
      workflowBundle,
      activities: stepsOfAll(steps),
      shutdownForceTime: '10s',
      stickyQueueScheduleToStartTimeout: '1s',
      maxConcurrentActivityTaskExecutions: 40,
      maxCachedWorkflows: 600,
      workflowThreadPoolSize: Math.max(1, availableParallelism() - 1),
    });
    await this.#worker.start();
  }

  /** Takes the worker down and starts another, as a deployment does; who asks while it is under way gets the same. */
  restartWorker(): Promise<void> {
    this.#restarting ??= (this.#worker?.restart() ?? Promise.resolve()).finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.renderer.close();
    this.git.close();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  async #stop(): Promise<void> {
    await this.#worker?.stop();
    await this.#server?.teardown();
    this.#worker = undefined;
    this.#server = undefined;
  }
}

function memoryCache(): LeafCache {
  const known = new Map<string, LeafOutput>();
  return {
    get: (key) => Promise.resolve(known.get(key)),
    set: (key, output) => void known.set(key, output),
  };
}
