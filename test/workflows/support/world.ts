import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { startPromotion } from '../../../src/activities/catch-up/start-promotion.ts';
import type { Activities } from '../../../src/activities/contract.ts';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import type { LaneInput, Relation } from '../../../src/lane/types.ts';
import { promotionId } from '../../../src/operation/messages.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { createWorkflows } from '../../../src/worker/workflows.ts';
import { FakeEnvironment, type Policy, type Surroundings, sha } from './fake-environment.ts';
import { lookForLate, report, verification } from './fake-fleet.ts';
import { forgeSteps } from './fake-forge.ts';
import { laneSteps, rollbackSteps } from './fake-lane.ts';
import { render } from './fake-render.ts';

export { sha } from './fake-environment.ts';
export { failed, unreachable } from './fake-fleet.ts';

/** Answers the steps of an operation from memory, in milliseconds: the forge, git and the fleet of workflow tests. */
export class World implements Activities, Surroundings {
  readonly environments: ReadonlyMap<string, FakeEnvironment>;
  readonly intervalMs = 100;
  reconciliations: string[] = [];
  /** The commits of main, oldest first; others are unrelated. Where there are none, nothing is known of any. */
  mains: string[] = [];
  /** The head of main, where it is not the last commit: somebody took main back. */
  mainHead?: string;
  promotions: string[] = [];
  readonly foreignSources = new Set<string>();
  forgetsEarlierRuns = false;
  /** The limits that lanes begin with. */
  lanes: Partial<LaneInput> = {};
  readonly workflows = createWorkflows();
  private readonly stages: readonly (readonly string[])[];
  private readonly forge = forgeSteps(this);
  private readonly lane = laneSteps(this);
  private readonly back = rollbackSteps(this);

  constructor(stages: readonly (readonly string[])[], policies: Readonly<Record<string, Partial<Policy>>> = {}) {
    this.stages = stages;
    this.environments = new Map(stages.flat().map((name) => [name, new FakeEnvironment()]));
    for (const [name, policy] of Object.entries(policies)) Object.assign(this.at(name).policy, policy);
  }

  at(name: string): FakeEnvironment {
    const environment = this.environments.get(name);
    // Messages may name any: a step that asks for it fails at once, and is not tried for ever.
    if (!environment) throw ApplicationFailure.nonRetryable(`no environment ${name} in this world`);
    return environment;
  }

  /** Makes so many commits on main on top of what is deployed, and answers them, oldest first. */
  commitMains(count: number): string[] {
    const commits = Array.from({ length: count }, (_, index) => sha(`main ${index + 1}`));
    this.mains = [sha('before'), ...commits];
    return commits;
  }

  relation(one: string, other: string): Relation | 'unknown' {
    if (one === other) return 'same';
    if (this.mains.length === 0) return 'unknown';
    const [a, b] = [this.mains.indexOf(one), this.mains.indexOf(other)];
    if (a < 0 || b < 0) return 'unrelated';
    return a > b ? 'newer' : 'older';
  }

  readPlatform: Activities['readPlatform'] = async () => ({
    name: 'acme',
    subject: 'Raise the limits',
    stages: this.stages,
  });

  readEnvironment: Activities['readEnvironment'] = async ({ environment: name }) => {
    const { policy, config } = this.at(name);
    return { ...policy, config, gitops: { repository: 'https://forge.test/acme/gitops', branch: name } };
  };

  readConfig: Activities['readConfig'] = async ({ environment: name, config }) => {
    const { configs, config: head } = this.at(name);
    if (!configs.includes(config))
      throw ApplicationFailure.nonRetryable(`${config} is not on branch ${name}`, 'InvalidInput');
    return { head, subject: 'Change a value' };
  };

  renderEnvironment: Activities['renderEnvironment'] = (order) => render(this, order);
  clearRequests = this.forge.clearRequests;
  openPullRequest = this.forge.openPullRequest;
  awaitMerge = this.forge.awaitMerge;
  closePullRequest = this.forge.closePullRequest;
  awaitCarried = this.forge.awaitCarried;

  requestReconciliation: Activities['requestReconciliation'] = async ({ environment }) => {
    this.reconciliations.push(environment);
  };

  awaitRollout: Activities['awaitRollout'] = (order) => report(this, order);
  awaitVerification: Activities['awaitVerification'] = (order) => verification(this, order);
  awaitLate: Activities['awaitLate'] = (order) => lookForLate(this, order);
  awaitTold: Activities['awaitTold'] = async (word) => {
    const environment = this.at(word.environment);
    if (Context.current().info.attempt === 1) environment.toldAgain.push(word);
    if (environment.isUntold) throw stillWaiting('the forge is away', this.intervalMs);
  };
  record = this.back.record;
  tellLane = this.lane.tellLane;
  hasEnded = this.lane.hasEnded;
  observeLane = this.lane.observeLane;
  admitPlatform = this.lane.admitPlatform;
  announceLane = this.lane.announceLane;
  recordedHold = this.lane.recordedHold;
  planRollback = this.back.planRollback;
  endPromotions = this.back.endPromotions;
  endPromotion = this.back.endPromotion;
  awaitWithdrawn = this.back.awaitWithdrawn;
  awaitRollback = this.back.awaitRollback;
  reachedBy = this.back.reachedBy;

  lookAtMain: Activities['lookAtMain'] = async ({ source, settled }) => {
    const head = this.mainHead ?? this.mains.at(-1) ?? '';
    return { head, isKnown: head === settled || (await this.workflows.isKnown(promotionId(platformId(source), head))) };
  };

  startPromotion: Activities['startPromotion'] = (ref) => startPromotion(this, ref);
}
