import { ApplicationFailure, condition, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import { Failure, type FailureType } from '../../../failure.ts';
import { boundedLane } from '../../../lane/bounded/bounded-lane.ts';
import { frozenWords, heldWords, notHeldWords } from '../../../lane/details.ts';
import { holdAnswerFor, holdInForce, joinHolds } from '../../../lane/holds.ts';
import { type HoldAnswer, holdQuery, type LaneAnswer, laneSignals } from '../../../lane/messages.ts';
import { parseHold, parseResume } from '../../../lane/payload.ts';
import { isHoldQuestion, isLaneEntry, isLeave, isOverride, isReverted } from '../../../lane/received.ts';
import type { LaneEvent, LaneStatus } from '../../../lane/types.ts';
import { statusQuery } from '../../../operation/messages.ts';
import { isStepTrouble, stepTroubleSignal } from '../../../operation/trouble/step-trouble.ts';
import { Signals } from '../../temporal/signals.ts';
import type { Lane } from './lane.ts';

/** Registers the query, the signals of operations, and what people send, each as a signal and as an update. */
export function listenToLane(lane: Lane): void {
  setHandler(defineQuery<LaneStatus>(statusQuery), () => boundedLane(lane.status));
  setHandler(defineQuery<HoldAnswer, [unknown]>(holdQuery), (question) => answerHold(lane, question));
  const signals = new Signals(lane);
  signals.onMessage(
    { name: laneSignals.enter, isMessage: isLaneEntry },
    (entry) => void lane.addEvent({ entry, kind: 'enter' }),
  );
  signals.onMessage(
    { name: laneSignals.reverted, isMessage: isReverted },
    (message) => void lane.addEvent({ ...message, kind: 'reverted' }),
  );
  signals.onMessage(
    { name: laneSignals.leave, isMessage: isLeave },
    (message) => void lane.addEvent({ ...message, kind: 'leave' }),
  );
  signals.onMessage(
    { name: laneSignals.override, isMessage: isOverride },
    (message) => void lane.addEvent({ ...message, kind: 'override' }),
  );
  signals.onMessage({ name: stepTroubleSignal, isMessage: isStepTrouble }, (message) => lane.troubles.take(message));
  signals.on(laneSignals.hold, (payload) => takeSignal(lane, 'hold', () => readHold(lane, payload).event));
  signals.on(laneSignals.resume, (payload) =>
    takeSignal(lane, 'resume', () => ({ kind: 'resume', ...parseResume(payload) })),
  );
  signals.open();
  // Temporal has an update behind all signals of its task, which those of the first task come to only now.
  answerUpdates(lane, laneSignals.hold, readHold);
  answerUpdates(lane, laneSignals.resume, readResume);
}

/** Says what holds an entry. A lane that begins, or has lost its memory, does not know. */
function answerHold({ begun, state }: Lane, question: unknown): HoldAnswer {
  if (!begun || !isHoldQuestion(question)) return { known: false };
  return holdAnswerFor(state, question.entry, question.now);
}

/** The event that a person's message means to the lane, and the answer to the person. */
interface PersonsMessage {
  readonly event: LaneEvent;
  readonly message: string;
}

/** Reads a person's message. Throws `Failure` for what cannot be carried out. */
type Reader = (lane: Lane, payload: unknown) => PersonsMessage;

function readHold({ status }: Lane, payload: unknown): PersonsMessage {
  const now = new Date().toISOString();
  const hold = parseHold(payload, now);
  const before = holdInForce(status.hold, now);
  const message = heldWords(status.environment, joinHolds(before, { ...hold, since: now }), before);
  return { event: { kind: 'hold', hold }, message };
}

function readResume({ status }: Lane, payload: unknown): PersonsMessage {
  const resume = parseResume(payload);
  const { environment, hold } = status;
  if (!hold) throw new Failure('Refused', `resume refused: ${notHeldWords(status)}`);
  const frozen = frozenWords(status);
  const rest = frozen === undefined ? '' : `, but ${frozen}`;
  return { event: { kind: 'resume', ...resume }, message: `${environment} is not held any more${rest}` };
}

/** Takes what a person's signal says; whether it can be carried out is known when what came before it is handled. */
function takeSignal(lane: Lane, name: 'hold' | 'resume', read: () => LaneEvent): void {
  try {
    lane.addEvent(read());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    lane.addRefusal(name, error.message);
  }
}

/** Registers what people send as an update. The answer comes when the lane has handled it. */
function answerUpdates(lane: Lane, name: 'hold' | 'resume', read: Reader): void {
  setHandler(
    defineUpdate<LaneAnswer, [unknown]>(name),
    async (payload) => {
      // A lane that begins does not know yet what holds it.
      await condition(() => lane.begun || lane.status.trouble !== undefined);
      if (!lane.begun) throw ApplicationFailure.nonRetryable(notReadyWords(lane), 'Unavailable' satisfies FailureType);
      const { event, message } = asApplicationFailure(() => read(lane, payload));
      const number = lane.addEvent(event);
      await condition(() => lane.hasHandled(number));
      return { message };
    },
    {
      validator: (payload) =>
        void asApplicationFailure(() => (name === 'hold' ? read(lane, payload) : parseResume(payload))),
    },
  );
}

function notReadyWords({ status: { environment, trouble = '' } }: Lane): string {
  return `The lane of ${environment} does not know yet what holds it. ${trouble} Send it again when that is put right.`;
}

/** Does the work, and turns a `Failure` into one that Temporal answers to the sender of an update. */
function asApplicationFailure<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) throw ApplicationFailure.nonRetryable(error.message, error.type);
    throw error;
  }
}
