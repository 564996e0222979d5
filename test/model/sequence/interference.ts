import { ApplicationFailure } from '@temporalio/common';
import type { Of } from '../events/types.ts';
import type { StepCall } from '../rig/steps-of-all.ts';

type Stall = Of<'stall'>;
type Loss = Of<'lose answer'>;

interface Gate {
  left: number;
  readonly open: () => void;
}

/** What comes between a workflow and its steps: a worker that is slow, or lost. */
export class Interference {
  readonly #stalls: Stall[] = [];
  readonly #losses: Loss[] = [];
  readonly #gates = new Set<Gate>();
  #zombies = 0;

  add(event: Stall | Loss): void {
    if (event.kind === 'stall') this.#stalls.push(event);
    else this.#losses.push(event);
  }

  /** Lets the steps that wait for it go on. */
  eventHappened(): void {
    for (const gate of this.#gates) {
      gate.left -= 1;
      if (gate.left > 0) continue;
      gate.open();
      this.#gates.delete(gate);
    }
  }

  /** Lets nothing come between any more. */
  end(): void {
    this.#stalls.length = 0;
    this.#losses.length = 0;
    for (const { open } of this.#gates) open();
    this.#gates.clear();
  }

  async around<T>(call: StepCall, work: () => Promise<T>): Promise<T> {
    const stall = taken(this.#stalls, call);
    if (stall?.when === 'before') await this.#wait(stall, call);
    const loss = taken(this.#losses, call);
    if (loss?.zombie) {
      this.#haunt(work);
      throw lostAnswer(call);
    }
    const result = await work();
    if (stall?.when === 'after') await this.#wait(stall, call);
    if (loss) throw lostAnswer(call);
    return result;
  }

  #haunt(work: () => Promise<unknown>): void {
    this.#zombies += 1;
    const gone = () => {
      this.#zombies -= 1;
    };
    work().then(gone, gone);
  }

  /** Says that something is still being done that nobody waits for. */
  get isHaunted(): boolean {
    return this.#zombies > 0;
  }

  /** No longer than its worker lives. */
  #wait({ events }: Stall, { cancelled }: StepCall): Promise<unknown> {
    const opened = new Promise<void>((resolve) => {
      const gate: Gate = { left: events, open: resolve };
      this.#gates.add(gate);
      void cancelled.then(() => resolve());
    });
    return opened;
  }

  get isStalling(): boolean {
    return this.#gates.size > 0;
  }
}

function taken<T extends Stall | Loss>(list: T[], { name }: StepCall): T | undefined {
  const index = list.findIndex(({ step }) => step === name);
  return index < 0 ? undefined : list.splice(index, 1)[0];
}

function lostAnswer({ name }: StepCall): ApplicationFailure {
  return ApplicationFailure.create({ type: 'Unavailable', message: `the worker was lost with the answer of ${name}` });
}
