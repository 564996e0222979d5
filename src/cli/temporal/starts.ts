import type { SearchAttributePair } from '@temporalio/common';
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
import { platformId } from '../../platform/platform-id.ts';
import { shortSha } from '../../short-sha.ts';
import { startAttributes } from '../../temporal/search-attributes.ts';

/** How a workflow is to be started. */
export interface Start {
  readonly workflow: string;
  readonly id: string;
  readonly input: object;
  /** One that has ended is started again. */
  readonly again: boolean;
  /** Sent to the one that runs or was started, with the input. */
  readonly signal?: string;
  /** For people, in the Temporal UI. */
  readonly summary: string;
  readonly attributes: readonly SearchAttributePair[];
}

export function promotionStart(platform: string, input: PromotionInput, again: boolean): Start {
  const { commit } = input;
  return {
    workflow: promotionWorkflow,
    id: promotionId(platform, commit),
    input,
    again,
    summary: `${platform} ${shortSha(commit)}`,
    attributes: startAttributes(platform, { commit }),
  };
}

/** The one that runs takes the commit up; where none does, it is started with it. */
export function configStart(platform: string, input: ConfigInput): Start {
  const { commit, environment } = input;
  return {
    workflow: configWorkflow,
    id: configId(platform, environment),
    input,
    again: true,
    signal: configureSignal,
    summary: `${platform} ${environment}: config ${shortSha(commit)}`,
    attributes: startAttributes(platform, { commit, environment }),
  };
}

export function rollbackStart(platform: string, input: RollbackInput): Start {
  const { to, environment } = input;
  return {
    workflow: rollbackWorkflow,
    id: rollbackId(platform, environment),
    input,
    again: true,
    summary: `${platform} ${environment}: back${to === undefined ? '' : ` to ${shortSha(to)}`}`,
    // A rollback is found by its id: the digits of a commit shall mean what carried it there.
    attributes: startAttributes(platform, { environment }),
  };
}

export function rollbackPromotionStart(platform: string, input: RollbackPromotionInput): Start {
  return {
    workflow: rollbackPromotionWorkflow,
    id: rollbackPromotionId(platform, input.commit),
    input,
    again: true,
    summary: `${platform}: back from ${shortSha(input.commit)}`,
    attributes: startAttributes(platform, {}),
  };
}

/** Of a lane that is started. */
export function laneAttributes({ source, environment }: LaneInput): readonly SearchAttributePair[] {
  return startAttributes(platformId(source), { environment });
}
