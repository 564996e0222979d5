import * as v from 'valibot';
import type { Reach, RollbackPlan } from '../../activities/rollback/contract.ts';
import type { MemoryFormat } from '../../memory-format.ts';
import type { ConfigCommit, ConfigQueue } from '../../operation/config-queue.ts';
import { operationKinds } from '../../operation/kind.ts';
import type { RolledBackMessage } from '../../operation/messages.ts';
import {
  configFields,
  isRolledBack,
  promotionFields,
  rollbackFields,
  rollbackPromotionFields,
} from '../../operation/received.ts';
import type { Refusal } from '../../operation/refusal.ts';
import { commit, count, instant, message, runId, type Schema, shapeOf, workflowId } from '../../shape.ts';
import type {
  AwaitedRollback,
  ConfigMemory,
  OperationMemory,
  PromotionMemory,
  PromotionRollbackMemory,
  RollbackMemory,
  RollbackRef,
} from './operation-memory.ts';
import { revision } from './progress-shape.ts';
import { environmentState, runMemory } from './run-shape.ts';

const text = v.string();

/** What was handed on. Anything: `recall` checks it, because what cannot be read must not end the operation. */
const memory = v.optional(v.unknown());

const operation = shapeOf<OperationMemory>({
  subject: text,
  commit: v.union([v.literal(''), commit]),
  startedAt: instant,
  refusals: v.array(shapeOf<Refusal>({ at: instant, action: text, reason: text })),
  ending: v.optional(text),
  runs: v.array(runMemory),
});

const rollback = shapeOf<RollbackRef>({ workflowId, runId });
const rolledBack = v.custom<RolledBackMessage>(isRolledBack);
const before = v.object({ state: environmentState, message: text, operation: v.picklist(operationKinds) });
const awaited: Schema<AwaitedRollback> = v.variant('kind', [
  v.object({ kind: v.literal('one'), message: rolledBack, before }),
  v.object({ kind: v.literal('all'), rollback }),
  v.object({ kind: v.literal('own'), environment: text, rollback }),
]);

const promotionMemory = shapeOf<PromotionMemory>({
  operation,
  awaited: v.array(awaited),
  takenBack: v.array(rolledBack),
});
/** The input of `PromoteMainCommit`, with what it hands on to itself when it continues as new. */
export const promotionStart = message({ ...promotionFields, memory });
/** How the memory is written. A change of `PromotionMemory` adds the version before it to `older`. */
export const promotionFormat: MemoryFormat<PromotionMemory> = { older: [], present: promotionMemory };
export type PromotionStart = Omit<v.InferOutput<typeof promotionStart>, 'memory'> & {
  readonly memory?: PromotionMemory;
};

const queue = shapeOf<ConfigQueue>({
  present: commit,
  next: v.optional(shapeOf<ConfigCommit>({ head: commit, subject: text })),
  readsBefore: count,
  isAfterAbort: v.boolean(),
});
const configMemory = shapeOf<ConfigMemory>({ operation, queue });
/** The input of `ApplyConfig`, with what it hands on to itself when it continues as new. */
export const configStart = message({ ...configFields, memory });
/** How the memory is written. A change of `ConfigMemory` adds the version before it to `older`. */
export const configFormat: MemoryFormat<ConfigMemory> = { older: [], present: configMemory };
export type ConfigStart = Omit<v.InferOutput<typeof configStart>, 'memory'> & { readonly memory?: ConfigMemory };

const plan = shapeOf<RollbackPlan>({
  kind: v.literal('go'),
  target: revision,
  recordedConfig: v.boolean(),
  subject: text,
  deployed: revision,
});
const rollbackMemory = shapeOf<RollbackMemory>({ operation, plan: v.optional(plan) });
/** The input of `RollbackEnvironment`, with what it hands on to itself when it continues as new. */
export const rollbackStart = message({ ...rollbackFields, memory });
/** How the memory is written. A change of `RollbackMemory` adds the version before it to `older`. */
export const rollbackFormat: MemoryFormat<RollbackMemory> = { older: [], present: rollbackMemory };
export type RollbackStart = Omit<v.InferOutput<typeof rollbackStart>, 'memory'> & { readonly memory?: RollbackMemory };

const newer: Schema<Reach['newer']> = v.array(v.object({ environment: text, main: commit }));
const promotionRollbackMemory = shapeOf<PromotionRollbackMemory>({
  operation,
  isTold: v.boolean(),
  present: v.optional(rollback),
  newer,
});
/** The input of `RollbackPromotion`, with what it hands on to itself when it continues as new. */
export const rollbackPromotionStart = message({
  ...rollbackPromotionFields,
  memory,
});
/** How the memory is written. A change of `PromotionRollbackMemory` adds the version before it to `older`. */
export const promotionRollbackFormat: MemoryFormat<PromotionRollbackMemory> = {
  older: [],
  present: promotionRollbackMemory,
};
export type RollbackPromotionStart = Omit<v.InferOutput<typeof rollbackPromotionStart>, 'memory'> & {
  readonly memory?: PromotionRollbackMemory;
};
