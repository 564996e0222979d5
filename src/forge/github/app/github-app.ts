/** A GitHub App, and where its private key is kept. */
export interface GitHubApp {
  /** The App id or the client id. */
  readonly id: string;
  /** The key, PEM, is read anew for each token. */
  readonly privateKey: { readonly read: () => Promise<string | undefined>; readonly name: string };
}

/** How an App signs in. */
export interface AppOptions {
  readonly apiUrl: string;
  readonly app: GitHubApp;
  /** The time for one request, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly fetch?: typeof fetch;
  /** Answers the milliseconds that have passed since some moment. Default: of this process. */
  readonly elapsed?: () => number;
}
