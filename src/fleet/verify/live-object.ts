/** An object as a cluster has it, with the fields that every object has checked; nobody keeps it. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Undefined: the object is in no namespace. */
    readonly namespace?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    /** By the cluster's clock, ISO 8601, in whole seconds. */
    readonly creationTimestamp?: string | undefined;
    readonly deletionTimestamp?: string | undefined;
    readonly generation?: number | undefined;
  };
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** How far an object has got, in one clause for people. */
export interface ObjectStatus {
  /** `done`: complete, ready or current, whatever the kind calls it. */
  readonly state: 'done' | 'in progress' | 'failed';
  readonly says: string;
}

/** Judges an object of one kind, once the rules for all kinds have passed. */
export type KindRule = (object: LiveObject) => ObjectStatus;

/** A condition of any object, as far as it is well-formed. */
export interface LooseCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Reads the field at a path, such as `status.observedGeneration`; undefined: there is none. */
export function fieldAt(object: LiveObject, path: string): unknown {
  let value: unknown = object;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** Reads a number, or answers the default that the controllers of the kind take. */
export function numberAt<Default extends number | undefined>(
  object: LiveObject,
  path: string,
  otherwise: Default,
): number | Default {
  const value = fieldAt(object, path);
  return typeof value === 'number' ? value : otherwise;
}

/** Reads a text; '' where there is none. */
export function textAt(object: LiveObject, path: string): string {
  const value = fieldAt(object, path);
  return typeof value === 'string' ? value : '';
}

/** Lists `status.conditions`; what is none is passed over. */
export function conditionsOf(object: LiveObject): readonly LooseCondition[] {
  const listed = fieldAt(object, 'status.conditions');
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((each: unknown) => {
    const { type, status, reason, message } = (each ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof type !== 'string' || typeof status !== 'string') return [];
    return [{ type, status, reason: `${reason ?? ''}`, message: `${message ?? ''}` }];
  });
}

/** Finds a condition of this type and status. */
export function conditionAt(object: LiveObject, type: string, status = 'True'): LooseCondition | undefined {
  return conditionsOf(object).find((each) => each.type === type && each.status === status);
}
