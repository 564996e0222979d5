/** What is to be done to a base. Nothing is written before all of them are known. */
export interface BasePlan {
  readonly path: string;
  /** What is fetched, for people: `oci://… 1.2.3`. */
  readonly what: string;
  /** The digest of a chart, or the commit of a repository. */
  readonly digest: string;
  /** What was there before; undefined: nothing that was recorded. */
  readonly before: string | undefined;
  /** New contents by path from the root of the checkout; `null` removes the file. */
  readonly changes: ReadonlyMap<string, Buffer | null>;
}

/** What a person allows. */
export interface VendorPermits {
  /** Other content under a version that was fetched before. */
  readonly acceptDigest: boolean;
  /** To write over files that were not fetched, or changed since. */
  readonly force: boolean;
  /** Hosts that may be asked without TLS. */
  readonly plainHttp: readonly string[];
}
