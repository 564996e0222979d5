import type { PullRequest } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { anythingSchema, labelsSchema } from '../schemas.ts';
import { getPullRequest, toPullRequest } from './pull-request.ts';

const COLOR = '0e8a8a';
const DESCRIPTION = 'Set by Fairlead';
/** The color of a label that GitHub made itself, because a request was given one that there was not. */
const MADE_BY_GITHUB = 'ededed';

/**
 * Gives the request the label. GitHub makes one that the repository lacks, and it then gets our color. Answers all labels of
 * the request.
 */
export async function addLabel(
  client: GitHubClient,
  pullRequest: PullRequest,
  label: string,
): Promise<readonly string[]> {
  // GitHub takes the names of labels without regard to case.
  const wanted = label.toLowerCase();
  if (pullRequest.labels.some((name) => name.toLowerCase() === wanted)) return pullRequest.labels;
  const labels = await client.ask({
    doing: `label pull request #${pullRequest.number}`,
    request: (octokit, repository) =>
      octokit.rest.issues.addLabels({ ...repository, issue_number: pullRequest.number, labels: [label] }),
    answer: labelsSchema,
  });
  const added = labels.find(({ name }) => name.toLowerCase() === wanted);
  if (added?.color === MADE_BY_GITHUB && !added.description) await colorLabel(client, added.name);
  return labels.map(({ name }) => name);
}

/** A label to put on a request, and those that it replaces. */
export interface LabelChange {
  readonly label: string;
  readonly instead: readonly string[];
}

/**
 * Relabels a request as `Forge.relabel` promises. The new label comes first: a call that is cut off leaves both, and
 * the next one finishes it.
 */
export async function relabel(client: GitHubClient, number: number, { label, instead }: LabelChange): Promise<void> {
  const pullRequest = toPullRequest(await getPullRequest(client, number));
  if (pullRequest.state !== 'merged') return;
  const unwanted = instead.map((name) => name.toLowerCase()).filter((name) => name !== label.toLowerCase());
  const present = await addLabel(client, pullRequest, label);
  for (const name of present) if (unwanted.includes(name.toLowerCase())) await removeLabel(client, pullRequest, name);
}

async function removeLabel(client: GitHubClient, { number }: PullRequest, name: string): Promise<void> {
  // 404: somebody else took it off just now.
  await client.askExpecting([404], {
    doing: `take label ${name} off pull request #${number}`,
    request: (octokit, repository) => octokit.rest.issues.removeLabel({ ...repository, issue_number: number, name }),
    answer: labelsSchema,
  });
}

async function colorLabel(client: GitHubClient, name: string): Promise<void> {
  // 404: somebody deleted it just now; 403 and 422: it keeps GitHub's color, which stops nobody.
  await client.askExpecting([403, 404, 422], {
    doing: `color label ${name}`,
    request: (octokit, repository) =>
      octokit.rest.issues.updateLabel({ ...repository, name, color: COLOR, description: DESCRIPTION }),
    answer: anythingSchema,
  });
}
