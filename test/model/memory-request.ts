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
  /** What its base is at, or was when it ended. */
  readonly baseSha: Sha;
}

/** What the forge remembers of a request. Mutable on purpose: it is the state. */
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
  /** As long as the request is open, these follow the branches. */
  headSha: Sha;
  baseSha: Sha;
  mergeCommit?: Sha;
  endedBy?: string;
}

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

export function view(request: MemoryRequest): RequestView {
  const { author, comments, baseSha } = request;
  return { ...portView(request), author, comments: [...comments], baseSha };
}

export function write(request: MemoryRequest, { title, body }: Pick<PullRequest, 'title' | 'body'>): void {
  request.title = limitTitle(title);
  request.body = limitBody(body);
}

/** `by` is left out where nobody knows. */
export function end(request: MemoryRequest, state: 'merged' | 'closed', by?: string, mergeCommit?: Sha): void {
  request.state = state;
  if (mergeCommit !== undefined) request.mergeCommit = mergeCommit;
  if (by !== undefined) request.endedBy = by;
}
