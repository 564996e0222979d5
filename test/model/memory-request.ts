import { limitBody, limitTitle } from '../../src/forge/github/text.ts';
import type { PullRequest } from '../../src/forge/port.ts';
import type { Sha } from '../../src/git/repository.ts';

export interface Comment {
  readonly author: string;
  readonly body: string;
}

/** A pull request as people see it. */
export interface RequestView extends PullRequest {
  readonly author: string;
  readonly comments: readonly Comment[];
  /** The head of its base, as it is or was when the request ended. */
  readonly baseSha: Sha;
}

/** What the forge remembers of a request. Its fields are mutable on purpose: they are the state. */
export interface MemoryRequest {
  readonly number: number;
  readonly url: string;
  readonly author: string;
  readonly branch: string;
  readonly base: string;
  readonly labels: string[];
  readonly comments: Comment[];
  title: string;
  body: string;
  state: PullRequest['state'];
  /** The heads of the two branches; they follow the branches as long as the request is open. */
  headSha: Sha;
  baseSha: Sha;
  mergeCommit?: Sha;
  endedBy?: string;
}

/** Shows a request as the port `Forge` does. */
export function portView(request: MemoryRequest): PullRequest {
  const { number, url, author, branch, headSha, base, title, body, state, mergeCommit, endedBy } = request;
  return {
    number,
    url,
    author,
    state,
    head: { branch, sha: headSha },
    base,
    title,
    body,
    labels: [...request.labels],
    ...(mergeCommit !== undefined && { mergeCommit }),
    ...(endedBy !== undefined && { endedBy }),
  };
}

/** Shows a request as people see it. */
export function requestView(request: MemoryRequest): RequestView {
  const { author, comments, baseSha } = request;
  return { ...portView(request), author, comments: [...comments], baseSha };
}

/** Writes title and body, cut as GitHub's limits want it. */
export function writeText(request: MemoryRequest, { title, body }: Pick<PullRequest, 'title' | 'body'>): void {
  request.title = limitTitle(title);
  request.body = limitBody(body);
}

/** How a request ended. */
export interface RequestEnd {
  readonly state: 'merged' | 'closed';
  /** Who ended it; undefined where nobody knows. */
  readonly by?: string;
  readonly mergeCommit?: Sha;
}

/** Ends a request. */
export function endRequest(request: MemoryRequest, { state, by, mergeCommit }: RequestEnd): void {
  request.state = state;
  if (mergeCommit !== undefined) request.mergeCommit = mergeCommit;
  if (by !== undefined) request.endedBy = by;
}
