import type { Octokit } from '@octokit/rest';
import type { Call, Coordinates, GitHubClient, OctokitAnswer } from './client.ts';

/** A call that lists, made once for each page. */
export interface PagedCall<T> extends Pick<Call<T>, 'doing' | 'answer'> {
  /** Makes one request, for this page of this size. */
  readonly request: (octokit: Octokit, list: Coordinates & Page) => Promise<OctokitAnswer>;
}

interface Page {
  readonly page: number;
  readonly per_page: number;
}

const PER_PAGE = 100;

/** Reads the pages of a list, each when the one before was not enough. GitHub says in `link` whether one follows. */
export async function* readPages<T>(client: GitHubClient, { doing, answer, request }: PagedCall<T>): AsyncGenerator<T> {
  let more = true;
  for (let page = 1; more; page += 1) {
    yield await client.ask({
      doing,
      async request(octokit, repository) {
        const answered = await request(octokit, { ...repository, page, per_page: PER_PAGE });
        more = /\brel="next"/.test(String(answered.headers.link ?? ''));
        return answered;
      },
      answer,
    });
  }
}
