import { CancellationScope, CancelledFailure, continueAsNew } from '@temporalio/workflow';
import { type MemoryFormat, writeMemory } from '../../memory-format.ts';
import { boundedMemory } from '../../operation/bounded/bounded-memory.ts';
import type { OperationResult } from '../../operation/status.ts';
import { recall } from '../memory/recall.ts';
import { Renewal } from '../temporal/renewal.ts';
import { Signals } from '../temporal/signals.ts';
import { answerUpdates, registerHandlers } from './handlers.ts';
import type { Operation } from './operation.ts';

/** What a workflow of an operation is started with, and hands on to itself. */
interface Start {
  readonly historyLimit?: number;
  readonly memory?: unknown;
}

/** The work of one operation. */
interface OperationWork<Memory> {
  readonly operation: Operation;
  /** All that the next execution of the workflow must know. */
  readonly memory: Memory;
  /** Begins where an earlier execution ended. `cancelled` tells whether the whole workflow is. */
  run(cancelled: () => boolean): Promise<OperationResult>;
}

/** How the work of an operation is made, and handed on. */
interface WorkKind<Memory extends object, Work extends OperationWork<Memory>> {
  readonly format: MemoryFormat<Memory>;
  make(memory: Memory | undefined, renewal: Renewal): Work;
  /** Registers the signals that no other kind of operation takes. */
  listen?(work: Work, signals: Signals): void;
  /** Is awaited when the work has its result. */
  finish?(): Promise<void>;
}

/**
 * Runs the whole workflow of an operation. When it is cancelled, the operation cleans up after itself first. When its history gets
 * long, it continues as new, and each wait goes on there.
 */
export async function carryOut<Memory extends object, Work extends OperationWork<Memory>>(
  input: Start,
  { format, make, listen, finish }: WorkKind<Memory, Work>,
): Promise<OperationResult> {
  const root = CancellationScope.current();
  const renewal = new Renewal(input);
  const work = make(recall(input.memory, format), renewal);
  // What an earlier execution has begun runs before a message can come.
  const running = work.run(() => root.consideredCancelled);
  const signals = new Signals(work.operation);
  registerHandlers(work.operation, signals);
  listen?.(work, signals);
  signals.open();
  answerUpdates(work.operation);
  const result = await renewal.untilDue(running);
  if (!result)
    return continueAsNew<(next: Start) => Promise<OperationResult>>({
      ...input,
      memory: writeMemory(boundedMemory(work.memory), format),
    });
  await finish?.();
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}
