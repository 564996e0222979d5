/** What an account may do in one repository, as far as the forge tells it. What is undefined it does not tell. */
export interface ForgeAccess {
  /** The account may push, and with it open and merge requests. */
  readonly mayWrite?: boolean | undefined;
  /** The repository can be read, and takes no changes. */
  readonly isArchived: boolean;
  /** What the token, or the App, has not been given of what Fairlead asks for. */
  readonly lacking?: LackingPermissions | undefined;
  /** A sentence that says who is given which permissions where. */
  readonly permissionRemedy: string;
  /** When the token ends, ISO 8601. */
  readonly endsAt?: string | undefined;
  /** The ways to merge that the repository allows, of those that Fairlead knows. */
  readonly mergeMethods?: readonly string[] | undefined;
  /** What the forge calls the time, milliseconds since 1970, to a second. */
  readonly time?: number | undefined;
}

/** Permissions in the forge's words, such as `contents: write`. */
export interface LackingPermissions {
  /** Nothing goes on without these. */
  readonly needed: readonly string[];
  /** Without these Fairlead says or shows less. */
  readonly wished: readonly string[];
}
