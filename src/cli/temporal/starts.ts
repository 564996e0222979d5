import type { SearchAttributePair } from '@temporalio/common';
import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import type { LaneInput } from '../../lane/types.ts';
import {
  type ConfigInput,
  configId,
  configureSignal,
  configWorkflow,
  type PromotionInput,
  promotionId,
  promotionWorkflow,
  type RollbackInput,
  type RollbackPromotionInput,
  rollbackId,
  rollbackPromotionId,
  rollbackPromotionWorkflow,
  rollbackWorkflow,
} from '../../operation/messages.ts';
import { configInput, promotionInput, rollbackInput, rollbackPromotionInput } from '../../operation/received.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { faultOf, type Schema } from '../../shape.ts';
import { shortSha } from '../../short-names.ts';
import { startAttributes } from '../../temporal/attributes/search-attributes.ts';
import { byteLength, isFitText, payloadFault, textLimits } from '../../text/message-text.ts';

/** The start of a workflow. */
export interface Start {
  readonly workflow: string;
  readonly id: string;
  readonly platform: string;
  readonly input: object;
  /** Tells whether a workflow that has ended is started again. */
  readonly again: boolean;
  /** The signal that takes the input to the workflow, whether it ran before or not. */
  readonly signal?: string;
  /** The line that people read in the Temporal UI. */
  readonly summary: string;
  readonly attributes: readonly SearchAttributePair[];
}

/** Describes the start of the promotion of a main commit. */
export function promotionStart(platform: string, input: PromotionInput, again: boolean): Start {
  const { commit } = input;
  return {
    workflow: promotionWorkflow,
    id: promotionId(platform, commit),
    platform,
    input,
    again,
    summary: `${platform} ${shortSha(commit)}`,
    attributes: startAttributes(platform, { commit }),
  };
}

/** Describes the start of the config change of an environment. One that runs takes the commit up. */
export function configStart(platform: string, input: ConfigInput): Start {
  const { commit, environment } = input;
  return {
    workflow: configWorkflow,
    id: configId(platform, environment),
    platform,
    input,
    again: true,
    signal: configureSignal,
    summary: `${platform} ${environment}: config ${shortSha(commit)}`,
    attributes: startAttributes(platform, { commit, environment }),
  };
}

/** Describes the start of the rollback of one environment. */
export function rollbackStart(platform: string, input: RollbackInput): Start {
  const { to, environment } = input;
  return {
    workflow: rollbackWorkflow,
    id: rollbackId(platform, environment),
    platform,
    input,
    again: true,
    summary: `${platform} ${environment}: back${to === undefined ? '' : ` to ${shortSha(to)}`}`,
    // A rollback has no commit attribute: the digits of a commit mean the operation that carried it there.
    attributes: startAttributes(platform, { environment }),
  };
}

/** Describes the start of the rollback of all that a promotion reached. */
export function rollbackPromotionStart(platform: string, input: RollbackPromotionInput): Start {
  return {
    workflow: rollbackPromotionWorkflow,
    id: rollbackPromotionId(platform, input.commit),
    platform,
    input,
    again: true,
    summary: `${platform}: back from ${shortSha(input.commit)}`,
    attributes: startAttributes(platform, {}),
  };
}

const inputs: Readonly<Record<string, Schema<unknown>>> = {
  [promotionWorkflow]: promotionInput,
  [configWorkflow]: configInput,
  [rollbackWorkflow]: rollbackInput,
  [rollbackPromotionWorkflow]: rollbackPromotionInput,
};

/** Throws `Failure` InvalidInput for a start that its workflow would refuse, or Temporal for its id. */
export function checkStartOrder({ workflow, id, input }: Start): void {
  const schema = inputs[workflow];
  const fault = payloadFault(input) ?? (schema && faultOf(schema, input));
  if (fault !== undefined) throw new Failure('InvalidInput', `${workflow} cannot be started: ${fault}.`);
  if (!isFitText('id', id))
    throw new Failure(
      'InvalidInput',
      `${workflow} cannot be started: its id would have ${byteLength(id)} bytes, at most ${textLimits.id} are allowed: ${cut(id, 200)}. Give the repository or the environment a shorter name.`,
    );
}

/** Answers the search attributes with which a lane is started. */
export function laneStartAttributes({ source, environment }: LaneInput): readonly SearchAttributePair[] {
  return startAttributes(platformId(source), { environment });
}
