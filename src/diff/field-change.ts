import type { Value } from './value.ts';

/** One difference between two versions of an object. */
export interface FieldChange {
  /** Where it is: `spec.template.spec.containers[shop].image`. */
  readonly path: string;
  /** `reordered`: the same items stand in another order. */
  readonly kind: 'added' | 'removed' | 'changed' | 'reordered';
  /** The value before; undefined: there was none, or it is not shown. */
  readonly before?: Value;
  readonly after?: Value;
  /** True where the values are secret, and so are not shown. */
  readonly hidden?: true;
}

/** Two values of one field. */
export interface ValuePair {
  /** Undefined: there was none. */
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** A place in an object, and the name of the field that it belongs to; '' inside of lists. */
export interface FieldPlace {
  readonly path: string;
  readonly field: string;
}

/** Two lists of one field. */
export interface ListPair {
  readonly before: readonly Value[];
  readonly after: readonly Value[];
}
