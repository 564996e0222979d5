import { join } from 'node:path';
import { createActivities } from '../../../src/activities/create-activities.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { createWorkflows } from '../../../src/worker/workflows.ts';
import { Invariants } from '../check/invariants.ts';
import type { SequencePlan } from '../events/types.ts';
import { MemoryForges } from '../memory-forges.ts';
import type { Rig } from '../rig/rig.ts';
import { World } from '../world/world.ts';
import { Interference } from './interference.ts';
import { Journal } from './journal.ts';
import { People } from './people.ts';
import { SequenceSteps } from './sequence-steps.ts';
import { Traffic } from './traffic.ts';

/** What a sequence plays, under a name that no other has. */
export interface SequenceStart {
  readonly plan: SequencePlan;
  readonly name: string;
}

/** One sequence while it runs: its world, its people, and the steps of its workflows. */
export class Sequence {
  readonly name: string;
  readonly plan: SequencePlan;
  readonly rig: Rig;
  readonly world: World;
  readonly people: People;
  readonly dependencies: Dependencies;
  readonly journal = new Journal();
  readonly traffic = new Traffic();
  readonly interference = new Interference();
  readonly invariants: Invariants;

  private constructor(rig: Rig, { plan, name }: SequenceStart, world: World) {
    const { journal, traffic, interference } = this;
    this.name = name;
    this.plan = plan;
    this.rig = rig;
    this.world = world;
    this.people = new People(rig.client, world, traffic);
    this.dependencies = dependenciesOf(rig, world);
    this.invariants = new Invariants(world, rig.renders, journal);
    const steps = new SequenceSteps({
      activities: createActivities(this.dependencies),
      interference,
      traffic,
      journal,
      coverage: rig.coverage,
      before: (call) => this.invariants.beforeStep(call),
      after: (call) => this.invariants.afterStep(call),
    });
    rig.steps.set(name, steps);
  }

  static async begin(rig: Rig, start: SequenceStart): Promise<Sequence> {
    const { plan, name } = start;
    const world = await World.create(plan.world, { root: rig.directory, id: name }, rig.renders);
    const sequence = new Sequence(rig, start, world);
    if (plan.world.laneLimit !== null) await sequence.people.beginLanes(plan.world.laneLimit);
    return sequence;
  }

  end(): void {
    this.interference.end();
    this.rig.steps.delete(this.name);
    this.rig.git.forget(this.world.directory);
    this.world.remove();
  }
}

function dependenciesOf(rig: Rig, world: World): Dependencies {
  return {
    allowed: { sources: undefined, gitops: [], local: true },
    repositories: createGitRepositories({ cacheDir: join(world.directory, 'mirrors'), run: rig.git.run }),
    forges: new MemoryForges({ [world.gitopsUrl]: world.forge }),
    fleet: world.fleet,
    objects: { observeObjects: unasked, observeApplied: unasked },
    httpChecks: { isAllowed: unasked, ask: unasked },
    renderer: rig.renderer,
    leafCache: rig.leafCache,
    workflows: createWorkflows(),
    // How soon a step that waits looks again is decided where it is performed.
    intervals: { mergePollMs: 25, healthPollMs: 25, progressMs: 25, clusterTimeoutMs: 5_000, clusterConcurrency: 4 },
  };
}

/** No environment of a sequence has checks. */
function unasked(): never {
  throw new Error('a check was made that nobody has written');
}
