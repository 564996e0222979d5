import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../src/activities/contract.ts';
import type { Coverage } from '../rig/coverage.ts';
import type { StepCall, Steps } from '../rig/steps-of-all.ts';
import type { Interference } from './interference.ts';
import type { Journal } from './journal.ts';
import type { Traffic } from './traffic.ts';

interface Options {
  readonly activities: Activities;
  readonly interference: Interference;
  readonly traffic: Traffic;
  readonly journal: Journal;
  readonly coverage: Coverage;
  /** Checks before a step whether it may be done at all. */
  readonly before: (call: StepCall) => void;
  /** Checks after a step what it did. */
  readonly after: (call: StepCall) => Promise<void>;
}

/** The time until a failure that is not a step's "not yet" is tried again, in milliseconds. */
const retryMs = 25;

/** The steps of one sequence: those of production, watched and interfered with. */
export class SequenceSteps implements Steps {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async perform(call: StepCall): Promise<unknown> {
    const { traffic, interference, before, after } = this.#options;
    traffic.begin(call);
    try {
      before(call);
      const result = await interference.around(call, () => this.#work(call));
      this.#note(call, textOf(result));
      this.#options.coverage.add(`step ${call.name}: ${kindOf(call, result)}`);
      traffic.stepDone();
      await after(call);
      return result;
    } catch (error) {
      if (!isStillWaiting(error)) {
        this.#options.coverage.add(`step ${call.name}: failed`);
        this.#note(call, error instanceof Error ? `failed: ${error.message}` : String(error));
        traffic.stepDone();
      }
      throw this.#paced(error);
    } finally {
      traffic.end();
    }
  }

  #work({ name, order }: StepCall): Promise<unknown> {
    const step = this.#options.activities[name] as (order: unknown) => Promise<unknown>;
    return step(order);
  }

  #note({ name, order, workflowId, attempt }: StepCall, outcome: string): void {
    const { environment } = order as { readonly environment?: string };
    const again = attempt > 1 ? ` (attempt ${attempt})` : '';
    this.#options.journal.add(`    ${shortId(workflowId)}: ${name} ${environment ?? ''}${again} → ${outcome}`);
  }

  #paced(error: unknown): unknown {
    if (!(error instanceof ApplicationFailure) || error.nonRetryable) return error;
    const { message, type, details, cause, category } = error;
    return ApplicationFailure.create({
      message,
      ...(type && { type }),
      ...(details && { details }),
      ...(cause && { cause }),
      ...(category && { category }),
      nextRetryDelay: isStillWaiting(error) ? this.#options.traffic.nextLookMs : retryMs,
    });
  }
}

/** Shortens a workflow's id: with short commits and without the platform, which is the same for all. */
export function shortId(workflowId: string): string {
  return workflowId.replace(/\/[^/]+\/(source|gitops)\//, '/').replace(/[0-9a-f]{40}/g, (sha) => sha.slice(0, 8));
}

function isStillWaiting(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'StillWaiting';
}

/** Says in which of its ways a step ended, by operation. */
function kindOf({ order }: StepCall, result: unknown): string {
  const { operation } = order as { readonly operation?: string };
  const { kind, gone = [], revert } = (result ?? {}) as Readonly<Record<string, unknown>>;
  const found = [...(Array.isArray(gone) && gone.length > 0 ? ['gone'] : []), ...(revert ? ['revert'] : [])];
  return [...(operation ? [operation] : []), String(kind ?? 'done'), ...found].join(' ');
}

function textOf(result: unknown): string {
  const text = JSON.stringify(result) ?? 'done';
  return text.replace(/[0-9a-f]{40}/g, (sha) => sha.slice(0, 8)).slice(0, 400);
}
