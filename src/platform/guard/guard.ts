/** What a render may not remove without an approval that names it. */
export interface Guard {
  /** The share of the environment's objects, from 0 to 1, that may go. */
  readonly share: number;
  /** The kinds of objects of which none may go. */
  readonly kinds: readonly string[];
}

/** What counts where an Environment file says nothing: what takes along what cannot be made again, and much at once. */
export const defaultGuard: Guard = {
  share: 0.2,
  kinds: ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim'],
};
