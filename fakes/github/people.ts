import { mergePullRequest } from './merging.ts';
import {
  type ForgeState,
  inTurn,
  type MergeMethod,
  type Protection,
  type PullRequest,
  type Repository,
  type RequestContext,
  repositoryKey,
  type User,
} from './model.ts';
import { closeRequest, followBranches, leaveQueue } from './pull-requests.ts';
import { type CheckReport, reportCheck } from './rules/checks.ts';
import { addReview } from './rules/reviews.ts';
import type { Ruleset } from './rules/rulesets.ts';

/** A pull request as people see it. */
export interface PullRequestView {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly head: { readonly branch: string; readonly sha: string };
  readonly base: string;
  readonly author: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly comments: readonly { readonly author: string; readonly body: string }[];
  readonly mergeCommit?: string;
  readonly endedBy?: string;
}

/** `owner/name`. */
type RepositoryName = string;

/** What people and other systems do on a forge. */
export interface People {
  pullRequests(repository: RepositoryName): Promise<readonly PullRequestView[]>;
  /** Replaces all rules of a branch; from then on it takes no pushes over HTTP. */
  protectBranch(repository: RepositoryName, branch: string, rules: Protection): void;
  /** Replaces all rulesets for pushes. */
  setRulesets(repository: RepositoryName, rulesets: readonly Ruleset[]): void;
  approve(repository: RepositoryName, number: number, login?: string): Promise<void>;
  requestChanges(repository: RepositoryName, number: number, login?: string): Promise<void>;
  /** Says how a check does at the request's present head. */
  reportCheck(repository: RepositoryName, number: number, report: CheckReport): Promise<void>;
  /** Lets a check succeed at the request's present head. */
  passCheck(repository: RepositoryName, number: number, check: string): Promise<void>;
  /** Merges, and answers the merge commit. Throws GitHub's words where it may not be merged. */
  merge(repository: RepositoryName, number: number, method?: MergeMethod): Promise<string>;
  closePullRequest(repository: RepositoryName, number: number): Promise<void>;
  label(repository: RepositoryName, number: number, label: string): Promise<void>;
  archive(repository: RepositoryName): void;
  /** Gives a repository another owner or name; the former one redirects. */
  move(repository: RepositoryName, to: RepositoryName): void;
  /** Merges what is queued, first come first served. */
  runMergeQueue(repository: RepositoryName): Promise<void>;
  /** Throws a request out of the merge queue, as GitHub does where its checks fail there. */
  throwOutOfQueue(repository: RepositoryName, number: number, reason: string): Promise<void>;
  /** Lets the next `reads` reads see `mergeable: null`; merges are refused until then. */
  delayMergeability(repository: RepositoryName, number: number, reads: number): Promise<void>;
}

/** Acts as the person of the web pages, where no other name is given. */
export function createPeople(state: ForgeState): People {
  async function act<T>(name: string, number: number, work: (context: RequestContext) => Promise<T> | T) {
    const repository = repositoryNamed(state, name);
    return inTurn(repository, async () => {
      await followBranches(state, repository);
      const request = repository.pullRequests.find((one) => one.number === number);
      if (request === undefined) throw new Error(`${name} has no pull request #${number}`);
      return work({ state, repository, request });
    });
  }
  return {
    async pullRequests(name) {
      const repository = repositoryNamed(state, name);
      await inTurn(repository, () => followBranches(state, repository));
      return repository.pullRequests.map((request) => viewOf({ state, repository, request }));
    },
    protectBranch: (name, branch, rules) => void repositoryNamed(state, name).protections.set(branch, rules),
    setRulesets(name, rulesets) {
      repositoryNamed(state, name).rulesets = rulesets;
    },
    approve: (name, number, login = state.person) =>
      act(name, number, (context) => addReview(context, { login, says: 'APPROVED' })),
    requestChanges: (name, number, login = state.person) =>
      act(name, number, (context) => addReview(context, { login, says: 'CHANGES_REQUESTED' })),
    passCheck: (name, number, check) =>
      act(name, number, (context) => reportCheck(context, { name: check, state: 'passed' })),
    reportCheck: (name, number, report) => act(name, number, (context) => reportCheck(context, report)),
    merge: (name, number, method = 'merge') => act(name, number, (context) => mergeByPerson(context, method)),
    closePullRequest: (name, number) => act(name, number, ({ request }) => closeByPerson(state, request)),
    archive: (name) => {
      repositoryNamed(state, name).archived = true;
    },
    move(name, to) {
      const repository = repositoryNamed(state, name);
      const [owner = '', short = ''] = to.split('/');
      state.repositories.delete(name.toLowerCase());
      state.repositories.set(to.toLowerCase(), { ...repository, owner, name: short });
      state.moved.set(name.toLowerCase(), to);
    },
    label: (name, number, label) =>
      act(name, number, ({ request }) => {
        request.labels.push({ id: state.nextId(), name: label, color: 'ff0000', description: 'By a person' });
      }),
    runMergeQueue: (name) => runQueue(state, repositoryNamed(state, name)),
    throwOutOfQueue: (name, number, reason) =>
      act(name, number, ({ request }) => leaveQueue(state, request, { reason, by: 'github-merge-queue' })),
    delayMergeability: (name, number, reads) =>
      act(name, number, ({ request }) => {
        request.uncomputedReads = reads;
      }),
  };
}

/** Answers the person who acts on the web pages. */
export function personOf(state: ForgeState): User {
  const found = state.users.find(({ login }) => login === state.person);
  if (found === undefined) throw new Error(`${state.person} is not a user`);
  return found;
}

/** Merges as the person of the web pages, and answers the merge commit. Must run in the repository's turn. */
export async function mergeByPerson(context: RequestContext, method: MergeMethod): Promise<string> {
  const merged = await mergePullRequest(context, { by: personOf(context.state), method });
  if (merged.kind === 'refused') throw new Error(merged.message);
  return merged.commit;
}

/** Closes an open request as the person of the web pages. */
export function closeByPerson(state: ForgeState, request: PullRequest): void {
  if (request.state === 'open') closeRequest(state, request, personOf(state));
}

function runQueue(state: ForgeState, repository: Repository): Promise<void> {
  return inTurn(repository, async () => {
    await followBranches(state, repository);
    for (const request of repository.pullRequests.filter(({ queuedAt }) => queuedAt)) {
      const wish = { by: personOf(state), method: 'merge', fromQueue: true } as const;
      await mergePullRequest({ state, repository, request }, wish);
    }
  });
}

/** Answers the repository `owner/name`. Throws where there is none. */
export function repositoryNamed(state: ForgeState, name: string): Repository {
  const [owner = '', repository = ''] = name.split('/');
  const found = state.repositories.get(repositoryKey(owner, repository));
  if (found === undefined) throw new Error(`The forge has no repository ${name}`);
  return found;
}

/** Shows a pull request as people see it. */
export function viewOf({ state: { url }, repository, request }: RequestContext): PullRequestView {
  const endedBy = request.mergedBy ?? request.closedBy;
  return {
    number: request.number,
    url: `${url}/${repository.owner}/${repository.name}/pull/${request.number}`,
    state: request.mergedAt === null ? request.state : 'merged',
    head: { branch: request.headBranch, sha: request.headSha },
    base: request.baseBranch,
    author: request.author.login,
    title: request.title,
    body: request.body ?? '',
    labels: request.labels.map(({ name }) => name),
    reviewers: [...request.requestedReviewers, ...request.requestedTeams.map((team) => `team:${team}`)],
    assignees: request.assignees,
    comments: request.comments.map(({ author, body }) => ({ author: author.login, body })),
    mergeCommit: request.mergeCommit ?? undefined,
    endedBy: endedBy?.login,
  };
}
