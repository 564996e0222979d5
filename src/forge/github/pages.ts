import type { Octokit } from '@octokit/rest';
import { Failure } from '../../failure.ts';
import { type Call, type Coordinates, type GitHubClient, type OctokitAnswer, repositoryName } from './client.ts';

/** A call that lists, made once for each page. */
export interface PagedCall<T> extends Pick<Call<T>, 'doing' | 'answer' | 'urgency'> {
  /** Says, in a sentence, what to do where there are more pages than are read; undefined: what is behind them is left out. */
  readonly tooMany?: string;
  /** Makes one request, for this page of this size. */
  readonly request: (octokit: Octokit, list: Coordinates & Page) => Promise<OctokitAnswer>;
}

interface Page {
  readonly page: number;
  readonly per_page: number;
}

const PER_PAGE = 100;
/** A forge that never ends its list is not believed. */
export const MOST_PAGES = 20;

/**
 * Reads the pages of a list, each when the one before was not enough. GitHub says in `link` whether one follows. After twenty of them
 * throws `Failure` Refused where `tooMany` says what to do, and else answers false.
 */
export async function* readPages<T>(
  client: GitHubClient,
  { doing, answer, request, tooMany, urgency }: PagedCall<T>,
): AsyncGenerator<T, boolean> {
  let more = true;
  for (let page = 1; more; page += 1) {
    if (page > MOST_PAGES) {
      if (tooMany === undefined) return false;
      throw failureOfMany(client, doing, tooMany);
    }
    yield await client.ask({
      doing,
      urgency,
      async request(octokit, repository) {
        const answered = await request(octokit, { ...repository, page, per_page: PER_PAGE });
        more = /\brel="next"/.test(String(answered.headers.link ?? ''));
        return answered;
      },
      answer,
    });
  }
  return true;
}

/** Makes the failure of a list that has more pages than are read; `remedy` is a sentence. */
export function failureOfMany(client: GitHubClient, doing: string, remedy: string): Failure {
  const what = `Could not ${doing} in ${repositoryName(client)}: there are more than ${MOST_PAGES * PER_PAGE}`;
  return new Failure('Refused', `${what}. ${remedy}`);
}
