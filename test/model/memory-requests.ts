import type { MergeMethod } from '../../fakes/github/model.ts';
import { Failure, type FailureType } from '../../src/failure.ts';
import type { PullRequestDraft } from '../../src/forge/port.ts';
import type { Sha } from '../../src/git/repository.ts';
import type { MemoryRepository } from './memory-repository.ts';
import { endRequest, type MemoryRequest, writeText } from './memory-request.ts';

export interface NewRequest extends Omit<PullRequestDraft, 'label' | 'head' | 'isInBase'> {
  readonly branch: string;
  readonly author: string;
}

/** The requests of one repository, and what git and the forge do to them. Calls must not overlap. */
export class MemoryRequests {
  readonly all: MemoryRequest[] = [];
  readonly #name: string;
  readonly #repository: MemoryRepository;

  constructor(name: string, repository: MemoryRepository) {
    this.#name = name;
    this.#repository = repository;
  }

  numbered(number: number): MemoryRequest {
    const found = this.all.find((one) => one.number === number);
    if (found === undefined) throw this.#failure('NotFound', `there is no pull request #${number}`);
    return found;
  }

  openBetween(head: string, base: string): MemoryRequest | undefined {
    return this.all.find((one) => one.state === 'open' && one.branch === head && one.base === base);
  }

  /** Answers the requests that were merged with exactly this commit, the latest first. */
  mergedFrom({ branch, sha }: PullRequestDraft['head'], base: string): readonly MemoryRequest[] {
    return this.all
      .filter((one) => one.state === 'merged' && one.branch === branch && one.headSha === sha && one.base === base)
      .reverse();
  }

  /** Opens a request. Throws where GitHub would refuse it. */
  async open({ branch, base, title, body, author }: NewRequest): Promise<MemoryRequest> {
    const number = this.all.length + 1;
    const url = `https://forge.example/${this.#name}/pull/${number}`;
    const heads = await this.#headsToOpen(branch, base);
    const texts = { title: '', body: '', labels: [], comments: [] };
    const request: MemoryRequest = { number, url, author, branch, base, ...heads, state: 'open', ...texts };
    writeText(request, { title, body });
    this.all.push(request);
    return request;
  }

  /** Merges what `headSha` says into what `baseSha` says, where the base is still there. */
  async merge(request: MemoryRequest, method: MergeMethod, by: string): Promise<Sha | 'conflict' | 'base moved'> {
    const { base, baseSha, headSha, number, title, body, branch } = request;
    const [owner] = this.#name.split('/');
    const words = { subject: `Merge pull request #${number} from ${owner}/${branch}`, body: title };
    const commit = await this.#repository.merge(method, {
      base: baseSha,
      head: headSha,
      ...(method === 'squash' ? { subject: `${title} (#${number})`, body } : words),
      person: by,
    });
    if (commit === undefined) return 'conflict';
    if (!(await this.#repository.move(base, baseSha, commit))) return 'base moved';
    endRequest(request, { state: 'merged', by, mergeCommit: commit });
    await this.follow(by);
    return commit;
  }

  /**
   * Brings open requests in line with the branches, as GitHub does after a push: the head follows, a base that
   * contains the head makes it merged, a deleted branch closes it. `actor` is who did it, where that is known.
   */
  async follow(actor?: string): Promise<void> {
    for (const request of this.all) if (request.state === 'open') await this.#followBranches(request, actor);
  }

  async #followBranches(request: MemoryRequest, actor: string | undefined): Promise<void> {
    const head = await this.#repository.head(request.branch);
    const base = await this.#repository.head(request.base);
    const last = head ?? request.headSha;
    const moved = last !== request.headSha || base !== request.baseSha;
    if (!moved && head !== undefined) return;
    request.headSha = last;
    if (base !== undefined && moved && (await this.#repository.contains(base, last))) {
      return endRequest(request, { state: 'merged', by: actor, mergeCommit: base });
    }
    if (base !== undefined) request.baseSha = base;
    if (head === undefined || base === undefined) endRequest(request, { state: 'closed', by: actor });
  }

  async #headsToOpen(branch: string, base: string): Promise<Pick<MemoryRequest, 'headSha' | 'baseSha'>> {
    const headSha = await this.#repository.head(branch);
    const baseSha = await this.#repository.head(base);
    if (baseSha === undefined) throw this.#failure('NotFound', `there is no branch ${base} to open a request to`);
    if (headSha === undefined) throw this.#failure('Unavailable', `there is no branch ${branch} yet`);
    if (await this.#repository.contains(baseSha, headSha)) {
      throw this.#failure('Refused', `no commits between ${base} and ${branch}`);
    }
    if (!(await this.#repository.haveCommonHistory(baseSha, headSha))) {
      throw this.#failure('Refused', `${branch} has no history in common with ${base}`);
    }
    return { headSha, baseSha };
  }

  #failure(type: FailureType, what: string): Failure {
    return new Failure(type, `In ${this.#name} ${what}.`);
  }
}
