/** What an operation does in an environment: it promotes a main commit, applies a config commit, or takes one back. */
export const operationKinds = ['promotion', 'config change', 'rollback'] as const;
/** One of the kinds of operation. */
export type OperationKind = (typeof operationKinds)[number];
