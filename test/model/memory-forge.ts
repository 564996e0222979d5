import type { MergeMethod } from '../../fakes/github/model.ts';
import { Failure } from '../../src/failure.ts';
import { BODY_LIMIT } from '../../src/forge/github/text.ts';
import type { Forge, ForgeCapabilities, MergeResult, PullRequest, PullRequestDraft } from '../../src/forge/port.ts';
import type { Sha } from '../../src/git/repository.ts';
import { MemoryRepository } from './memory-repository.ts';
import {
  endRequest,
  type MemoryRequest,
  portView,
  type RequestView,
  requestView,
  writeText,
} from './memory-request.ts';
import { MemoryRequests } from './memory-requests.ts';

export interface MemoryForgeOptions {
  /** The path of a bare repository, which others push to and fetch from. */
  readonly directory: string;
  /** The repository's `owner/name`. */
  readonly name?: string;
  /** The login that the port acts for. */
  readonly bot?: string;
}

/**
 * A forge for tests that make thousands of calls: commits and branches are real, in a bare repository; requests
 * live in memory. Behaves as GitHub does behind the port, without HTTP and nearly without processes.
 */
export class MemoryForge implements Forge {
  readonly capabilities: ForgeCapabilities = { bodyLimit: BODY_LIMIT, expectedHead: true, mergeQueue: false };
  /** The method by which the bot merges: a repository may allow only one. */
  botMethod: MergeMethod = 'merge';
  /** The sentence with which the bot's merges are refused, as long as it is set. */
  refusing: string | undefined;
  readonly #name: string;
  readonly #bot: string;
  readonly #repository: MemoryRepository;
  readonly #requests: MemoryRequests;
  #failures: { left: number; readonly when: 'before' | 'after' } = { left: 0, when: 'before' };
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ directory, name = 'acme/gitops', bot = 'fairlead-bot' }: MemoryForgeOptions) {
    this.#name = name;
    this.#bot = bot;
    this.#repository = new MemoryRepository(directory);
    this.#requests = new MemoryRequests(name, this.#repository);
  }

  openPullRequest(draft: PullRequestDraft): Promise<PullRequest> {
    return this.#call('open a pull request', async () => {
      const request = await this.#openOrAdopt(draft);
      const { labels } = request;
      if (!labels.some((label) => label.toLowerCase() === draft.label.toLowerCase())) labels.push(draft.label);
      return portView(request);
    });
  }

  /** Does nothing: this forge has no merge queue. */
  leaveQueue(): Promise<void> {
    return this.#call('leave the merge queue', () => undefined);
  }

  pullRequest(number: number): Promise<PullRequest> {
    return this.#call('read a pull request', () => portView(this.#requests.numbered(number)));
  }

  findOpen(head: string, base: string): Promise<PullRequest | undefined> {
    return this.#call('look for a pull request', () => {
      const found = this.#requests.openBetween(head, base);
      return found && portView(found);
    });
  }

  openRequests(base: string): Promise<readonly PullRequest[]> {
    return this.#call('list the pull requests', () =>
      this.#requests.all.filter((one) => one.state === 'open' && one.base === base).map(portView),
    );
  }

  updatePullRequest(number: number, change: { readonly title: string; readonly body: string }): Promise<void> {
    return this.#call('update a pull request', () => writeText(this.#requests.numbered(number), change));
  }

  relabel(number: number, label: string, instead: readonly string[]): Promise<void> {
    return this.#call('label a pull request', () => {
      const { labels, state } = this.#requests.numbered(number);
      if (state !== 'merged') return;
      const kept = labels.filter((each) => each !== label && !instead.includes(each));
      labels.splice(0, labels.length, ...kept, label);
    });
  }

  merge(number: number, head: Sha): Promise<MergeResult> {
    return this.#call('merge a pull request', async () => {
      const request = this.#requests.numbered(number);
      const { state, headSha, mergeCommit } = request;
      if (state === 'closed') return { kind: 'refused', reason: `Pull request #${number} is closed.` };
      if (headSha !== head) return { kind: 'head moved' };
      if (mergeCommit !== undefined) return { kind: 'merged', commit: mergeCommit };
      if (this.refusing !== undefined) return { kind: 'refused', reason: this.refusing };
      const merged = await this.#requests.merge(request, this.botMethod, this.#bot);
      if (merged === 'conflict') return { kind: 'conflict' };
      if (merged === 'base moved') return { kind: 'not yet', awaiting: 'Base branch was modified' };
      return { kind: 'merged', commit: merged };
    });
  }

  close(number: number, comment: string): Promise<void> {
    return this.#call('close a pull request', () => {
      const request = this.#requests.numbered(number);
      if (request.state !== 'open') return;
      request.comments.push({ author: this.#bot, body: comment });
      endRequest(request, { state: 'closed', by: this.#bot });
    });
  }

  /** Lets the port's next calls fail as `Unavailable`: before they do anything, or after they did everything. */
  failNext(calls: number, when: 'before' | 'after' = 'before'): void {
    this.#failures = { left: calls, when };
  }

  /** Answers all requests as people see them, oldest first. */
  requests(): Promise<readonly RequestView[]> {
    return this.#inTurn(() => this.#requests.all.map(requestView));
  }

  /** Merges whatever the head is now, as a person; `closed` where it is not open any more. */
  mergeBy(person: string, number: number, method: MergeMethod): Promise<'merged' | 'conflict' | 'closed'> {
    return this.#inTurn(async () => {
      const request = this.#requests.numbered(number);
      while (request.state === 'open') {
        const merged = await this.#requests.merge(request, method, person);
        if (merged === 'conflict') return 'conflict';
        if (merged !== 'base moved') return 'merged';
        await this.#requests.follow();
      }
      return 'closed';
    });
  }

  /** Closes a request as a person; changes nothing where it is not open. */
  closeBy(person: string, number: number): Promise<void> {
    return this.#inTurn(() => {
      const request = this.#requests.numbered(number);
      if (request.state === 'open') endRequest(request, { state: 'closed', by: person });
    });
  }

  /** Opens somebody else's request from a branch that is there. Throws where the forge would refuse it. */
  openForeign(branch: string, base: string, person: string): Promise<RequestView> {
    return this.#inTurn(async () => {
      if (this.#requests.openBetween(branch, base)) throw new Error(`A request from ${branch} to ${base} is open`);
      const words = { title: `Change ${base}`, body: `By ${person}` };
      return requestView(await this.#requests.open({ branch, base, ...words, author: person }));
    });
  }

  /**
   * A person takes back, on this branch, what a merge brought: the tree is as before the merge, with what came
   * since. Returns the new commit; `conflict`: what came since changed the same.
   */
  revertBy(person: string, mergeCommit: Sha, branch: string): Promise<Sha | 'conflict'> {
    return this.#inTurn(async () => {
      const tip = await this.#repository.head(branch);
      const merged = this.#requests.all.find((one) => one.mergeCommit === mergeCommit);
      const before = merged?.baseSha ?? (await this.#repository.firstParent(mergeCommit));
      if (tip === undefined || before === undefined) throw new Error(`${branch} has no ${mergeCommit} to take back`);
      const commit = await this.#repository.revert({ tip, commit: mergeCommit, before, person });
      if (commit === undefined) return 'conflict';
      if (!(await this.#repository.move(branch, tip, commit))) throw new Error(`Somebody moved ${branch} meanwhile`);
      await this.#requests.follow(person);
      return commit;
    });
  }

  async #openOrAdopt({ head, base, title, body, isInBase }: PullRequestDraft): Promise<MemoryRequest> {
    for (const merged of this.#requests.mergedFrom(head, base))
      if (merged.mergeCommit !== undefined && (await isInBase(merged.mergeCommit))) return merged;
    const open = this.#requests.openBetween(head.branch, base);
    const words = { title, body };
    const request = open ?? (await this.#requests.open({ branch: head.branch, base, ...words, author: this.#bot }));
    const { number, headSha } = request;
    if (headSha !== head.sha) {
      throw new Failure('Unavailable', `Pull request #${number} has commit ${headSha}, not ${head.sha}.`);
    }
    writeText(request, words);
    return request;
  }

  /** Does a call of the port; fails where a test asked for it. */
  async #call<T>(doing: string, work: () => T | Promise<T>): Promise<T> {
    const failures = this.#failures;
    if (failures.left === 0) return this.#inTurn(work);
    failures.left -= 1;
    if (failures.when === 'after') await this.#inTurn(work);
    throw new Failure('Unavailable', `Could not ${doing} in ${this.#name}: a test asked for it.`);
  }

  /** Does one thing after the other, each with the requests in line with the branches. */
  #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      await this.#requests.follow();
      return work();
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
