import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { botIdentity } from '../../../src/git/identity.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { printEntry } from '../../../src/record/lines.ts';
import { printProvenance } from '../../../src/render/layout/provenance.ts';
import type { EnvironmentPlan, WorldPlan } from '../events/types.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { MemoryForge } from '../memory-forge.ts';
import type { Renders } from '../oracle/renders.ts';
import { MemoryFleet } from './memory-fleet.ts';
import { createRepository } from './repository.ts';
import { SourceRepository } from './source-repository.ts';

/** Where a world is kept: a folder of its own, called by a name that no other sequence has. */
export interface WorldPlace {
  readonly root: string;
  readonly id: string;
}

/** The world outside of one sequence: repositories, a forge and clusters, as people see them. */
export class World {
  readonly plan: WorldPlan;
  readonly directory: string;
  /** The platform's id. */
  readonly platform: string;
  readonly sourceUrl: string;
  readonly gitopsUrl: string;
  readonly environments: readonly string[];
  readonly source: SourceRepository;
  readonly gitops: ObjectStore;
  readonly forge: MemoryForge;
  readonly fleet: MemoryFleet;

  private constructor(plan: WorldPlan, { root, id }: WorldPlace) {
    this.plan = plan;
    this.directory = join(root, id);
    this.sourceUrl = join(this.directory, 'source');
    this.platform = platformId(this.sourceUrl);
    this.gitopsUrl = join(this.directory, 'gitops');
    this.environments = plan.stages.flat();
    mkdirSync(this.directory, { recursive: true });
    this.gitops = createRepository(this.gitopsUrl);
    this.source = new SourceRepository({
      store: createRepository(this.sourceUrl),
      gitops: this.gitopsUrl,
      stages: plan.stages,
      plans: new Map(this.environments.map((name, index) => [name, planOf(plan, index)])),
    });
    this.forge = new MemoryForge({ directory: this.gitopsUrl, name: `${id}/gitops` });
    this.forge.botMethod = plan.botMethod;
    this.fleet = new MemoryFleet(this.gitops);
  }

  static async create(plan: WorldPlan, place: WorldPlace, renders: Renders): Promise<World> {
    const world = new World(plan, place);
    for (const environment of world.environments) {
      const tree = world.gitops.writeTree(new Map([['README.md', `What ${environment} runs.\n`]]));
      const empty = { tree, parents: [], message: `Begin ${environment}`, person: 'Ada', seconds: 1_700_000_000 };
      world.gitops.setRef(`refs/heads/${environment}`, world.gitops.writeCommit(empty));
      if (plan.seeded) await world.#seed(environment, renders);
    }
    return world;
  }

  stageOf(environment: string): number {
    return this.plan.stages.findIndex((names) => names.includes(environment));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Makes it look as if main's first commit had been promoted here long ago. */
  async #seed(environment: string, renders: Renders): Promise<void> {
    const { gitops, source } = this;
    const revision = { main: source.head, config: source.configHead(environment) };
    const { rendered } = await renders.of(source.store, revision);
    const provenance = printProvenance({ revision, groups: rendered.groups, renderer: rendered.versions });
    const readme = `What ${environment} runs.\n`;
    const files = [...rendered.files, ['.fairlead/provenance.yaml', provenance], ['README.md', readme]] as const;
    const branch = `refs/heads/${environment}`;
    const person = { person: botIdentity.name, seconds: 1_700_000_050 };
    const commit = gitops.writeCommit({
      tree: gitops.writeTree(new Map(files.map(([path, text]) => [path, text] as const))),
      parents: [gitops.ref(branch) ?? ''],
      message: `Promote ${environment}`,
      ...person,
    });
    gitops.setRef(branch, commit);
    const about = { operation: 'promotion', ...revision } as const;
    const lines = [
      printEntry({ time: '2023-11-15T00:00:00.000Z', event: 'deployed', ...about }),
      printEntry({ time: '2023-11-15T00:00:01.000Z', event: 'promoted', ...about, clusters: { total: 1, healthy: 1 } }),
    ];
    const tree = gitops.writeTree(new Map([[commit, `${lines.join('\n')}\n`]]));
    gitops.setRef(
      `refs/notes/fairlead/${environment}`,
      gitops.writeCommit({ tree, parents: [], message: 'Notes', ...person }),
    );
  }
}

function planOf({ environments }: WorldPlan, index: number): EnvironmentPlan {
  const plan = environments[index];
  if (!plan) throw new Error(`the plan has no environment ${index}`);
  return plan;
}
