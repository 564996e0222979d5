import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { NothingToRollBack, PlanOrder, RollbackPlan } from '../../activities/rollback/contract.ts';
import type { OperationResult } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import type { EnvironmentRun } from '../environment/environment-run.ts';
import type { DeploymentOrder } from '../environment/order.ts';
import type { Outcome } from '../environment/results.ts';
import { runEnvironment } from '../environment/run-environment.ts';
import type { RollbackMemory } from '../memory/operation-memory.ts';
import type { RollbackStart } from '../memory/operation-shape.ts';
import type { Renewal } from '../temporal/renewal.ts';
import { type StepOwner, step } from '../temporal/step.ts';
import { Operation } from './operation.ts';
import { outcomeOfOne } from './outcome-of-one.ts';

/** One `RollbackEnvironment`: it plans where one environment goes back to, and deploys that there. */
export class Rollback {
  readonly operation: Operation;
  private readonly input: RollbackStart;
  /** The latest plan; undefined: none was made, or there is nothing to do. */
  private plan: RollbackPlan | undefined;

  constructor(input: RollbackStart, renewal: Renewal) {
    const { source, to: commit = '', memory } = input;
    this.input = input;
    this.operation = new Operation({ kind: 'rollback', source, commit, renewal, memory: memory?.operation });
    this.plan = memory?.plan;
  }

  /** Answers all that the next execution of the workflow must know. */
  get memory(): RollbackMemory {
    return { operation: this.operation.memory, plan: this.plan };
  }

  /** Rolls back; begins where an earlier execution ended. */
  async run(): Promise<OperationResult> {
    return (this.plan === undefined ? await this.begin() : undefined) ?? this.goBack();
  }

  /** Plans, and tells promotions that they go no further; answers the result where there is nothing to do. */
  private async begin(): Promise<OperationResult | undefined> {
    const { operation, input } = this;
    const { environment } = input;
    const plan = await operation.lookUnlessAborted(() => this.planRollback(input));
    if (!plan) return operation.conclude('aborted');
    if (plan.kind !== 'go') {
      operation.begin('', [[environment]], { commit: plan.deployed.main });
      operation.runs.get(environment)?.enter('unchanged', nothingToDo(input, plan).message);
      return operation.conclude('unchanged');
    }
    await operation.runUnlessAborted(() => this.endPromotions(plan));
    if (operation.ending !== undefined) return operation.conclude('aborted');
    operation.begin(plan.subject, [[environment]], { commit: plan.target.main });
    this.plan = plan;
    return undefined;
  }

  private async goBack(): Promise<OperationResult> {
    const { operation, plan } = this;
    const run = operation.runs.get(this.input.environment);
    if (run && plan) await runEnvironment(run, this.orderFor(run, plan));
    return CancellationScope.nonCancellable(async () => {
      await condition(allHandlersFinished);
      return operation.conclude(outcomeOfOne(run?.status.state));
    });
  }

  /**
   * Makes the order of the rollback. The target is planned when the rollback is asked for, and again when its turn has
   * come: who had the turn may have been merged meanwhile, and goes no further either; a person may have gone back
   * further.
   */
  private orderFor(run: EnvironmentRun, { target, recordedConfig }: RollbackPlan): DeploymentOrder {
    const { by, reason } = this.input;
    const config = recordedConfig ? target.config : undefined;
    const atTurn = () => this.planAtTurn(run);
    return { operation: 'rollback', main: target.main, config, requester: { by, reason }, atTurn };
  }

  private async planAtTurn(run: EnvironmentRun): Promise<{ kind: 'order'; order: DeploymentOrder } | Outcome> {
    const { input, plan: present } = this;
    if (!present) throw new TypeError('a rollback without a plan has its turn');
    if (run.hasDeployed) return { kind: 'order', order: this.orderFor(run, present) };
    const now = await this.planRollback({ ...input, planned: present.target });
    if (now.kind !== 'go') return nothingToDo(input, now);
    if (now.deployed.main !== present.deployed.main) await this.endPromotions(now);
    this.plan = now;
    return { kind: 'order', order: this.orderFor(run, now) };
  }

  private planRollback({ memory: _, ...order }: PlanOrder & Pick<RollbackStart, 'memory'>) {
    return step('planRollback', `${order.environment}: find where to go back to`, this.owner)(order);
  }

  private async endPromotions({ target, deployed }: RollbackPlan): Promise<void> {
    const { memory: _, ...input } = this.input;
    const { workflowId: rollback, runId: run } = workflowInfo();
    const tell = step('endPromotions', `${input.environment}: what is taken back goes no further`, this.owner);
    await tell({ ...input, target: target.main, deployed: deployed.main, rollback, run });
  }

  private get owner(): StepOwner {
    return this.operation.ownerIn(this.input.environment);
  }
}

function nothingToDo({ environment, of = '' }: RollbackStart, { kind, deployed }: NothingToRollBack): Outcome {
  const main = shortSha(deployed.main);
  if (kind === 'already there') return { kind: 'unchanged', message: `${environment} is at main ${main} already` };
  return {
    kind: 'unchanged',
    message: `${environment} has main ${main}, and not ${shortSha(of)} any more: nothing was taken back`,
  };
}
