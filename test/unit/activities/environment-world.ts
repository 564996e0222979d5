import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { MergeMethod } from '../../../fakes/github/model.ts';
import { openPullRequest } from '../../../src/activities/pull-request/open-pull-request.ts';
import { record } from '../../../src/activities/record/record.ts';
import type { RenderOrder, RenderOutcome } from '../../../src/activities/render/contract.ts';
import { renderEnvironment } from '../../../src/activities/render/render-environment.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { type Deployed, deployedAt } from '../../../src/gitops/deployed.ts';
import { readRecord } from '../../../src/gitops/record/read-record.ts';
import type { Revision } from '../../../src/operation/status.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { recordName } from '../../../src/record/entry.ts';
import { plannerHere } from '../../../src/render/planner.ts';
import type { LeafRequest, Renderer } from '../../../src/render/types.ts';
import { MemoryForge } from '../../model/memory-forge.ts';
import { MemoryForges } from '../../model/memory-forges.ts';
import {
  createTestRepository,
  gitTestEnvironment,
  type TestRepository,
  temporaryDirectory,
} from '../../support/git.ts';

type Changed = Extract<RenderOutcome, { kind: 'changed' }>;

/** One environment, `qa`, of a platform of one application: real git, the in-memory forge, workflows by their ids. */
export class EnvironmentWorld {
  readonly source: TestRepository;
  readonly gitops: TestRepository;
  readonly forge: MemoryForge;
  readonly dependencies: Dependencies;
  /** The main commits whose renders were planned by the worker's planner, apart from the event loop. */
  readonly planned: string[] = [];
  /** `platformId` of the source. */
  readonly platform: string;
  readonly place: { readonly source: string; readonly environment: 'qa'; readonly gitops: RenderOrder['gitops'] };
  readonly running = new Set<string>();
  readonly signals: { readonly workflowId: string; readonly name: string; readonly payload: unknown }[] = [];
  /** What workflows answer to a query of this name; what is missing here is not answered. */
  answers: Readonly<Record<string, unknown>> = {};
  /** What the run before the one that asks answers to a query of this name. */
  earlierAnswers: Readonly<Record<string, unknown>> = {};
  /** Leaves that were rendered. */
  renders = 0;
  private readonly directory = temporaryDirectory('environment');
  private seconds = 0;

  /** `renderer`: default: one that echoes what it is asked for. */
  constructor(renderer?: Renderer) {
    const at = (name: string) => join(this.directory.path, name);
    this.source = createTestRepository(at('acme/platform.git'));
    this.gitops = createTestRepository(at('acme/gitops.git'));
    this.forge = new MemoryForge({ directory: this.gitops.path });
    this.platform = platformId(this.source.path);
    const gitops = { repository: this.gitops.path, branch: 'qa' };
    this.place = { source: this.source.path, environment: 'qa', gitops };
    this.source.commit('main', { 'fairlead.yaml': platformFile(this.gitops.path), 'apps/web/web.yaml': webYaml('0') });
    this.source.commit('qa', { 'fairlead.yaml': environmentFile, 'one/apps/web/.gitkeep': '' });
    this.gitops.commit('qa', { 'README.md': 'Manifests of qa.\n' });
    this.dependencies = {
      allowed: { sources: undefined, gitops: [], local: true },
      repositories: asked(createGitRepositories({ cacheDir: at('cache'), environment: gitTestEnvironment })),
      forges: new MemoryForges({ [this.gitops.path]: this.forge }),
      fleet: { observe: unused, requestReconciliation: unused },
      objects: { observeObjects: unused, observeApplied: unused },
      httpChecks: { isAllowed: unused, ask: unused },
      renderer: renderer ?? echo(() => this.renders++),
      planner: {
        plan: (inputs, read, options) => {
          this.planned.push(inputs.main.revision);
          return plannerHere.plan(inputs, read, options);
        },
      },
      workflows: {
        isRunning: async (id) => this.running.has(id),
        signal: async (workflowId, name, payload) => {
          if (!this.running.has(workflowId)) return false;
          this.signals.push({ workflowId, name, payload });
          return true;
        },
        signalWithStart: unused,
        status: async () => undefined,
        endOf: async () => ({ state: 'unknown', message: '' }),
        query: async (_, name) => this.answers[name],
        runningIn: async () => [...this.running],
        runningPromotions: unused,
        askEarlierRun: async (_, name) => this.earlierAnswers[name],
        isKnown: unused,
        startOnce: unused,
      },
      intervals: { mergePollMs: 10, healthPollMs: 10, progressMs: 10, clusterTimeoutMs: 10, clusterConcurrency: 1 },
    };
  }

  /** The repositories as a worker opens them that has seen nothing yet. */
  elsewhere(): Dependencies['repositories'] {
    const cacheDir = join(this.directory.path, `cache-${this.seconds++}`);
    return createGitRepositories({ cacheDir, environment: gitTestEnvironment });
  }

  remove(): void {
    this.directory.remove();
  }

  get config(): string {
    return this.source.head('qa') ?? '';
  }

  get head(): string {
    return this.gitops.head('qa') ?? '';
  }

  get notesHead(): string | undefined {
    return this.gitops.git(['for-each-ref', '--format=%(objectname)', `refs/notes/${recordName('qa')}`]) || undefined;
  }

  /** A main commit that changes the manifests. */
  release(version: string): string {
    return this.source.commit('main', { 'apps/web/web.yaml': webYaml(version) }, { message: `Release ${version}` });
  }

  /** A main commit that changes none. */
  document(text: string): string {
    return this.source.commit('main', { 'README.md': text }, { message: `Write ${text}` });
  }

  /** A config commit that changes the manifests. */
  configure(replicas: string): string {
    const change = { 'one/apps/web/overlays/replicas.yaml': `# ${replicas}\n${webYaml(replicas)}` };
    return this.source.commit('qa', change, { message: `Use ${replicas}` });
  }

  /** A config commit that changes none. */
  remark(text: string): string {
    return this.source.commit('qa', { 'README.md': text }, { message: `Remark ${text}` });
  }

  render(operation: RenderOrder['operation'], main?: string, more: Partial<RenderOrder> = {}): Promise<RenderOutcome> {
    const order = { ...this.place, operation, config: this.config, main, ...more };
    return renderEnvironment(this.dependencies, order);
  }

  /** Renders and opens the request; answers both. */
  async propose(operation: RenderOrder['operation'], main?: string, more: Partial<RenderOrder> = {}) {
    const rendered = await this.render(operation, main, more);
    if (rendered.kind !== 'changed') throw new Error(`not changed, but ${JSON.stringify(rendered)}`);
    const opened = await openPullRequest(this.dependencies, this.openOrder(operation, rendered));
    if (opened.kind !== 'open') throw new Error(`${rendered.branch} was not opened, but is ${opened.kind}`);
    return { rendered, number: opened.number };
  }

  openOrder(operation: RenderOrder['operation'], { kind: _, ...rendered }: Changed) {
    return { ...this.place, ...rendered, operation, workflowId: 'promote/acme/platform/x' };
  }

  /** From the render to the merge on the forge; answers the pair, and the commit on the environment's branch. */
  async deploy(
    operation: RenderOrder['operation'],
    main?: string,
    { method = 'merge', ...more }: Partial<RenderOrder> & { readonly method?: MergeMethod } = {},
  ): Promise<{ readonly revision: Revision; readonly commit: string }> {
    const { rendered, number } = await this.propose(operation, main, more);
    if ((await this.forge.mergeBy('ann', number, method)) !== 'merged') throw new Error('it was not merged');
    return { revision: rendered.revision, commit: this.head };
  }

  /** Writes to the record, a second later than before. */
  async note(entry: Partial<RecordEntry>, commit?: string): Promise<RecordEntry> {
    const time = new Date(Date.UTC(2026, 0, 1) + 1000 * this.seconds++).toISOString();
    const noted: RecordEntry = { time, event: 'deployed', operation: 'promotion', ...entry };
    await record(this.dependencies, { ...this.place, entry: noted, commit });
    return noted;
  }

  /** As a worker that has seen nothing yet would find it. */
  async deployed(
    dependencies: Pick<Dependencies, 'repositories' | 'renderer'> = this.dependencies,
  ): Promise<Deployed | undefined> {
    const record = await readRecord(dependencies, this.place);
    return deployedAt(dependencies, this.place, { head: this.head, record });
  }
}

/** A new world for each test; `renderer` answers its renderer. */
export function useWorld(renderer?: () => Renderer): () => EnvironmentWorld {
  let current: EnvironmentWorld | undefined;
  beforeEach(() => {
    current = new EnvironmentWorld(renderer?.());
  });
  afterEach(() => current?.remove());
  return () => {
    if (!current) throw new Error('outside of a test');
    return current;
  };
}

function unused(): never {
  throw new Error('no step of these tests asks for it');
}

/** Renders a leaf to one object that holds all it was made of. */
function echo(rendered: () => void): Renderer {
  return {
    render: async ({ files, root }: LeafRequest) => {
      rendered();
      const made = Object.entries(files).filter(([path]) => !path.endsWith('kustomization.yaml'));
      const data = made.map(([path, text]) => `  ${JSON.stringify(path)}: ${JSON.stringify(text)}\n`).sort();
      const name = root.slice(1).replaceAll('/', '-');
      return {
        yaml: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${data.join('')}`,
        objects: [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name }],
      };
    },
    versions: async () => ({ echo: '1' }),
    close: async () => {},
  };
}

function webYaml(version: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { version: "${version}" }\n`;
}

function platformFile(gitops: string): string {
  return `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops} }\nstages: [qa]\n`;
}

const environmentFile = 'apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: none\n';

/** Asks the remote each time, whatever was seen seconds ago: here people push between two steps. */
function asked(repositories: Dependencies['repositories']): Dependencies['repositories'] {
  return {
    open(url, signal, options) {
      const repository = repositories.open(url, signal, options);
      return {
        ...repository,
        heads: (refs) => repository.heads({ ...refs, withinMs: undefined }),
        branchHeads: (names, options) => repository.branchHeads(names, { ...options, withinMs: undefined }),
      };
    },
  };
}
