import type { ObjectId } from '../render/types.ts';
import type { FieldChange } from './field-change.ts';

/** An object that came, went, or became another one. */
export interface ObjectChange {
  readonly kind: 'removed' | 'changed' | 'added';
  /** As it is after the change; of what is removed, as it was. */
  readonly id: ObjectId;
  /** The folder of its leaf within the group: `apps/blue/shop`. */
  readonly leaf: string;
  /** The leaf that it was in before, where that is another one. */
  readonly movedFrom?: string;
  /** What changed in it; empty of what is added or removed. */
  readonly fields: readonly FieldChange[];
  /** True where its text changed, and was not read: it is no YAML, or too large, or the allowance was used up. */
  readonly unread?: true;
}

/** The files of one group before and after, by their path within the group. */
export interface FilesPair {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}
