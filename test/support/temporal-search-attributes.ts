import { defineSearchAttributeKey } from '@temporalio/common';
import { searchAttributes } from '../../src/temporal/attributes/search-attributes.ts';

/** The search attributes that `fairlead setup` registers, as the test servers want them. */
export const searchAttributeKeys = Object.values(searchAttributes).map(({ name, type }) =>
  defineSearchAttributeKey(name, type),
);
