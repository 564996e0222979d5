/** What came of one request of an HTTP check. */
export type CheckAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  /** There was no answer, for this reason: a clause for people. */
  | { readonly kind: 'silent'; readonly why: string };

/** Sends the requests of HTTP checks, to hosts that the worker's settings allow. */
export interface HttpChecks {
  /** Answers whether the host of a URL is allowed. */
  isAllowed(url: string): boolean;
  /**
   * Asks once, without credentials; no redirect is followed, and nothing of the body is read. Throws only the reason of
   * the caller's aborted signal.
   */
  ask(url: string, signal?: AbortSignal): Promise<CheckAnswer>;
}

/**
 * Answers whether a list of hosts, in lower case, has the host of a URL, with the port where it is not the scheme's
 * own. Nothing is allowed by default, nor by a part of its name.
 */
export function isHostAllowed(url: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { host, protocol, username, password } = new URL(url);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' && allowed.includes(host.toLowerCase());
}
