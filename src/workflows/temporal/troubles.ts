import type { StepTroubleMessage, ToldTrouble } from '../../operation/trouble/step-trouble.ts';

/** A step that has not answered yet. */
interface StepUnderWay extends Pick<ToldTrouble, 'environment' | 'step'> {
  /** The id by which Temporal knows it. */
  readonly id: string;
}

/**
 * The steps of a workflow that fail again and again, as they tell it themselves: Temporal tries a step again without a
 * word to its workflow. What is told of a step that has answered meanwhile, or was never made, means nothing.
 */
export class Troubles {
  private readonly underWay = new Map<string, StepUnderWay>();
  private readonly told = new Map<string, ToldTrouble>();
  private readonly changed: () => void;

  /** `changed` is called when something else is to be shown. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Lists the steps that fail, in the order in which they told. */
  get present(): readonly ToldTrouble[] {
    return [...this.told.values()];
  }

  take({ id, failing }: StepTroubleMessage): void {
    const { environment, step } = this.underWay.get(id) ?? {};
    if (step === undefined) return;
    if (failing === undefined) {
      this.forget(id);
    } else {
      this.told.set(id, { environment, step, failing });
      this.changed();
    }
  }

  /** Makes a step; whatever becomes of it, its trouble is over then. */
  async whileUnderWay<T>(step: StepUnderWay, make: () => Promise<T>): Promise<T> {
    this.underWay.set(step.id, step);
    try {
      return await make();
    } finally {
      this.underWay.delete(step.id);
      this.forget(step.id);
    }
  }

  private forget(id: string): void {
    if (this.told.delete(id)) this.changed();
  }
}
