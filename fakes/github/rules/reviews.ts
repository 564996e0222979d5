import { type PullRequest, type Repository, type RequestContext, type Review, timestamp } from '../model.ts';

/** Who reviews, and what they say. */
interface Said {
  readonly login: string;
  readonly says: Review['state'];
}

/** Adds a review of the request's present head. */
export function addReview({ state, request }: RequestContext, { login, says }: Said): void {
  const known = request.reviews.find(({ author }) => author.login === login)?.author;
  const author = state.users.find((one) => one.login === login) ?? known ?? { id: state.nextId(), login };
  const at = timestamp(state);
  request.reviews.push({ id: state.nextId(), author, state: says, commit: request.headSha, at });
  request.updatedAt = at;
}

/** Tells whether a push has ended an approval. */
export function isDismissed(
  { repository, request }: Pick<RequestContext, 'repository' | 'request'>,
  { state, commit }: Review,
): boolean {
  const rules = repository.protections.get(request.baseBranch);
  return rules?.dismissesStale === true && state === 'APPROVED' && commit !== request.headSha;
}

/** Lists those whose latest review says so, as far as it counts. */
export function reviewersOf(repository: Repository, request: PullRequest, says: Review['state']): readonly string[] {
  const reviews = request.reviews.filter((review) => !isDismissed({ repository, request }, review));
  const latest = new Map(reviews.map(({ author, state }) => [author.login, state]));
  return [...latest].flatMap(([login, said]) => (said === says ? [login] : []));
}

/** Lists the code owners whose review is asked for: all of them until one has approved. */
export function awaitedOwners(repository: Repository, request: PullRequest): readonly string[] {
  const owners = repository.protections.get(request.baseBranch)?.codeOwners ?? [];
  const approved = reviewersOf(repository, request, 'APPROVED');
  return owners.some((owner) => approved.includes(owner)) ? [] : owners;
}
