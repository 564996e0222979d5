import { patched } from '@temporalio/workflow';
import type { StepTroubleMessage, ToldTrouble, WaitingStep } from '../../operation/trouble/step-trouble.ts';

/** A step that has not answered yet. */
interface StepUnderWay extends Pick<ToldTrouble, 'environment' | 'step'> {
  /** The id by which Temporal knows it. */
  readonly id: string;
  /** Hears what the step waits for, where it says so. */
  readonly onWaiting?: ((waiting: WaitingStep) => void) | undefined;
}

/**
 * How many steps of one workflow are under way at a time. Temporal refuses a task that would have more than 2,000, and the task is
 * tried again without an end. The environments of a stage have some hundred steps together.
 */
const mostUnderWay = 500;

/**
 * The steps of a workflow that fail again and again, as they tell it themselves: Temporal tries a step again without a
 * word to its workflow. What is told of a step that has answered meanwhile, or was never made, means nothing.
 */
export class Troubles {
  private readonly underWay = new Map<string, StepUnderWay>();
  private readonly told = new Map<string, ToldTrouble>();
  private readonly waiting: (() => void)[] = [];
  private readonly changed: () => void;

  /** `changed` is called when something else is to be shown. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Lists the steps that fail, in the order in which they told. */
  get present(): readonly ToldTrouble[] {
    return [...this.told.values()];
  }

  take({ id, failing, waiting }: StepTroubleMessage): void {
    const { environment, step, onWaiting } = this.underWay.get(id) ?? {};
    if (step === undefined) return;
    if (waiting !== undefined) onWaiting?.(waiting);
    if (failing === undefined) {
      this.forget(id);
    } else {
      this.told.set(id, { environment, step, failing });
      this.changed();
    }
  }

  /** Makes a step, where very many are under way when one of them has ended; whatever becomes of it, its trouble is over then. */
  async whileUnderWay<T>(step: StepUnderWay, make: () => Promise<T>): Promise<T> {
    // Whoever sends thousands of messages has thousands of steps made.
    const isFull = this.underWay.size >= mostUnderWay && patched('steps-wait');
    if (isFull) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.underWay.set(step.id, step);
    try {
      return await make();
    } finally {
      this.underWay.delete(step.id);
      this.forget(step.id);
      this.waiting.shift()?.();
    }
  }

  private forget(id: string): void {
    if (this.told.delete(id)) this.changed();
  }
}
