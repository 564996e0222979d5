import { type Answer, created, Refusal, refused } from '../answer.ts';
import { issueBody } from '../bodies/issue.ts';
import { pullRequestSummary } from '../bodies/pull-request.ts';
import { type ForgeState, timestamp } from '../model.ts';
import { type Call, type Route, requestContextOf } from './call.ts';

export const reviewerRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/repos/:owner/:repo/pulls/:number/requested_reviewers',
    writes: 'pull_requests=write',
    handle: requestReviewers,
  },
  {
    method: 'POST',
    path: '/repos/:owner/:repo/issues/:number/assignees',
    writes: 'issues=write; pull_requests=write',
    handle: addAssignees,
  },
];

/** Takes all of the names, or none. */
function requestReviewers(call: Call): Answer {
  const context = requestContextOf(call);
  const { state, request } = context;
  const [people, teams] = [namesOf(call, 'reviewers'), namesOf(call, 'team_reviewers')];
  if (people.includes(request.author.login))
    throw new Refusal(refused(422, 'Review cannot be requested from pull request author.'));
  const isUnknown =
    people.some((name) => !isCollaborator(state, name)) || teams.some((name) => !state.teams.includes(name));
  if (isUnknown)
    throw new Refusal(
      refused(
        422,
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${call.repository.owner}/${call.repository.name} repository.`,
      ),
    );
  request.requestedReviewers.push(...people.filter((name) => !request.requestedReviewers.includes(name)));
  request.requestedTeams.push(...teams.filter((name) => !request.requestedTeams.includes(name)));
  request.updatedAt = timestamp(state);
  return created(pullRequestSummary(context));
}

/** Leaves out, without a word, whom it does not know. */
function addAssignees(call: Call): Answer {
  const { state, repository, request } = requestContextOf(call);
  const known = namesOf(call, 'assignees').filter((name) => isCollaborator(state, name));
  request.assignees.push(...known.filter((name) => !request.assignees.includes(name)));
  request.updatedAt = timestamp(state);
  return created(issueBody(state, repository, request));
}

function namesOf({ body }: Call, field: string): readonly string[] {
  const value = body[field];
  return Array.isArray(value) ? value.map(String) : [];
}

function isCollaborator({ users }: ForgeState, name: string): boolean {
  return users.some(({ login, permission }) => login === name && permission !== 'none');
}
