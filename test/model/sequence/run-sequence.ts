import { compareWithRepositories } from '../check/environments.ts';
import { Violation } from '../check/violation.ts';
import type { Event } from '../events/types.ts';
import { eventWords } from '../events/words.ts';
import { operations } from '../perform/decision-events.ts';
import { perform } from '../perform/perform.ts';
import { nothing } from '../perform/performer.ts';
import type { Rig } from '../rig/rig.ts';
import { finish } from './finish.ts';
import { afterSteps, whileAtRest } from './quiet.ts';
import { report } from './report.ts';
import { Sequence, type SequenceStart } from './sequence.ts';

export interface Failed {
  readonly invariant: string;
  readonly message: string;
  /** The plan, what happened, and where everything stood in the end. */
  readonly report: string;
}

/** Runs one sequence; undefined where everything held. `end` is called before its world is taken away. */
export async function runSequence(
  rig: Rig,
  start: SequenceStart,
  end: (sequence: Sequence) => Promise<void> = async () => undefined,
): Promise<Failed | undefined> {
  const sequence = await Sequence.begin(rig, start);
  try {
    for (const event of start.plan.events) await performEvent(sequence, event);
    await finish(sequence);
    sequence.invariants.raise();
    await end(sequence);
    return undefined;
  } catch (error) {
    const invariant = error instanceof Violation ? error.invariant : 'an error in the test';
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    sequence.journal.add(`!! ${message}`);
    return { invariant, message, report: await report(sequence) };
  } finally {
    await stopAll(sequence);
    sequence.end();
  }
}

async function performEvent(sequence: Sequence, event: Event): Promise<void> {
  const { journal, interference, traffic, invariants, rig } = sequence;
  journal.add(`* ${eventWords(event)}`);
  const outcome = await perform(sequence, event);
  if (outcome !== '') journal.add(`  = ${outcome}`);
  rig.coverage.add(`event ${event.kind}: ${outcome === nothing ? 'nothing to do' : 'done'}`);
  traffic.changed();
  interference.eventHappened();
  await nudge(sequence, event.nudges);
  if (event.pause === 'quiet') await whileAtRest(sequence, compareWithRepositories);
  else await afterSteps(sequence, event.pause);
  await invariants.check();
  invariants.raise();
}

/** Nudges every operation: the forge's webhook knows nothing of who waits. */
async function nudge(sequence: Sequence, times: number): Promise<void> {
  if (times === 0) return;
  const all = await operations(sequence);
  for (let time = 0; time < times; time++) await Promise.all(all.map((id) => sequence.people.nudge(id)));
}

async function stopAll({ traffic, people, interference }: Sequence): Promise<void> {
  interference.end();
  await Promise.all([...traffic.workflows].map((id) => people.terminate(id).catch(() => undefined)));
}
