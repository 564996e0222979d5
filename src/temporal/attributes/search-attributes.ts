import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { attributeNames } from './attribute-names.ts';

/**
 * The search attributes of workflows. They are registered in the namespace before the first start (`fairlead setup`).
 * Workflows, worker and commands use them.
 */
export const searchAttributes = {
  platform: defineSearchAttributeKey(attributeNames.platform, 'KEYWORD'),
  commit: defineSearchAttributeKey(attributeNames.commit, 'KEYWORD'),
  /** The environments in which something is under way; of what has ended, those that it reached. See `listedNames`. */
  environment: defineSearchAttributeKey(attributeNames.environment, 'KEYWORD_LIST'),
  /** The states of what is under way; of an ended promotion, its outcome. */
  state: defineSearchAttributeKey(attributeNames.state, 'KEYWORD_LIST'),
  /**
   * What fails again and again, or that somebody must act; unset: all is well. One text, because a namespace on a server
   * of one's own takes three lists in all. It has no words of failures, which a payload codec would hide.
   */
  trouble: defineSearchAttributeKey(attributeNames.trouble, 'KEYWORD'),
};

/** Answers the attributes of a workflow that is started; what is undefined is left out. */
export function startAttributes(
  platform: string,
  { commit, environment }: { readonly commit?: string; readonly environment?: string },
): SearchAttributePair[] {
  return [
    { key: searchAttributes.platform, value: platform },
    ...(commit === undefined ? [] : [{ key: searchAttributes.commit, value: commit }]),
    ...(environment === undefined ? [] : [{ key: searchAttributes.environment, value: [environment] }]),
  ];
}
