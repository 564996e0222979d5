import type { PullRequest } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { anythingSchema, labelsSchema } from '../schemas.ts';
import { getPullRequest, toPullRequest } from './pull-request.ts';

const COLOR = '0e8a8a';
const DESCRIPTION = 'Set by Fairlead';

/** Gives the request the label, which is created where the repository lacks it. Answers all labels of the request. */
export async function addLabel(
  client: GitHubClient,
  pullRequest: PullRequest,
  label: string,
): Promise<readonly string[]> {
  // GitHub takes the names of labels without regard to case.
  const wanted = label.toLowerCase();
  if (pullRequest.labels.some((name) => name.toLowerCase() === wanted)) return pullRequest.labels;
  await createLabel(client, label);
  const labels = await client.ask({
    doing: `label pull request #${pullRequest.number}`,
    request: (octokit, repository) =>
      octokit.rest.issues.addLabels({ ...repository, issue_number: pullRequest.number, labels: [label] }),
    answer: labelsSchema,
  });
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

async function createLabel(client: GitHubClient, name: string): Promise<void> {
  const found = await client.askExpecting([404], {
    doing: `read label ${name}`,
    request: (octokit, repository) => octokit.rest.issues.getLabel({ ...repository, name }),
    answer: anythingSchema,
  });
  if (found.kind === 'ok') return;
  const created = await client.askExpecting([422], {
    doing: `create label ${name}`,
    request: (octokit, repository) =>
      octokit.rest.issues.createLabel({ ...repository, name, color: COLOR, description: DESCRIPTION }),
    answer: anythingSchema,
  });
  // Somebody else may have created it just now.
  if (created.kind === 'refused' && !/already_exists/.test(created.message)) throw created.failure;
}
