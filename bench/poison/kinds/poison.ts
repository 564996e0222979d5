/** Where there is something to be reached. */
export interface Addresses {
  /** The forge of both platforms. */
  readonly forge: string;
  /** A host behind `http://` that is not loopback. */
  readonly plain: string;
}

/** A poisoned commit, or a poisoned start, and what is looked at when it has come to its end. */
export interface Poison {
  /** The files of main. */
  readonly main?: (addresses: Addresses) => ReadonlyMap<string, string>;
  /** The files of the environment's config branch. */
  readonly config?: () => ReadonlyMap<string, string>;
  /** The message of the commit. Default: the benchmark's own. */
  readonly message?: string;
  /** Where the promotion is said to come from. Default: the poisoned platform's repository. */
  readonly source?: (addresses: Addresses) => string;
  /** The text of the request is printed, as people read it on the forge. */
  readonly showsRequest?: true;
}
