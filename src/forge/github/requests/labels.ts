import type { z } from 'zod';
import type { PullRequest } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { anythingSchema, labelsSchema } from '../schemas.ts';
import { getPullRequest, toPullRequest } from './pull-request.ts';

const COLOR = '0e8a8a';
const DESCRIPTION = 'Set by Fairlead';
/** The color of a label that GitHub made itself, because a request was given one that there was not. */
const MADE_BY_GITHUB = 'ededed';

/**
 * Gives the request labels, the first of which is ours: GitHub makes what the repository lacks, and ours then gets our color.
 * Answers all labels of the request.
 */
export async function addLabels(
  client: GitHubClient,
  pullRequest: Pick<PullRequest, 'number' | 'labels'>,
  wanted: readonly string[],
): Promise<readonly string[]> {
  // GitHub takes the names of labels without regard to case.
  const present = pullRequest.labels.map((name) => name.toLowerCase());
  const missing = wanted.filter((name) => !present.includes(name.toLowerCase()));
  if (missing.length === 0) return pullRequest.labels;
  const labels = await client.ask({
    doing: `label pull request #${pullRequest.number}`,
    isContent: true,
    isNamed: true,
    request: (octokit, repository) =>
      octokit.rest.issues.addLabels({ ...repository, issue_number: pullRequest.number, labels: missing }),
    answer: labelsSchema,
  });
  const [ours] = wanted;
  if (ours !== undefined && missing.includes(ours)) await colorNewLabel(client, labels, ours);
  return labels.map(({ name }) => name);
}

/** Colors a label that GitHub has just made, because the repository lacked it. */
async function colorNewLabel(
  client: GitHubClient,
  labels: z.output<typeof labelsSchema>,
  label: string,
): Promise<void> {
  const added = labels.find(({ name }) => name.toLowerCase() === label.toLowerCase());
  if (added?.color === MADE_BY_GITHUB && !added.description) await colorLabel(client, added.name);
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
  const requests = client.options.memory?.requestsOf(client.options.repository);
  const unwanted = instead.map((name) => name.toLowerCase()).filter((name) => name !== label.toLowerCase());
  const isWanted = (name: string) => !unwanted.includes(name.toLowerCase());
  const justNow = requests?.labelsJustNow(number);
  if (justNow) return await setLabels(client, number, { label, others: justNow.filter(isWanted) });
  // What this worker has merged stays merged. Its labels are in the answer to the new one.
  const labelled = requests?.isMerged(number) ? { number, labels: [] } : await readMerged(client, number);
  if (labelled === undefined) return;
  const present = await addLabels(client, labelled, [label]);
  for (const name of present) if (!isWanted(name)) await removeLabel(client, number, name);
}

async function readMerged(client: GitHubClient, number: number): Promise<PullRequest | undefined> {
  const found = toPullRequest(await getPullRequest(client, number));
  return found.state === 'merged' ? found : undefined;
}

/** Replaces the labels of a request. */
async function setLabels(
  client: GitHubClient,
  number: number,
  { label, others }: { readonly label: string; readonly others: readonly string[] },
): Promise<void> {
  const wanted = [...others.filter((name) => name.toLowerCase() !== label.toLowerCase()), label];
  const labels = await client.ask({
    doing: `label pull request #${number}`,
    request: (octokit, repository) =>
      octokit.rest.issues.setLabels({ ...repository, issue_number: number, labels: wanted }),
    answer: labelsSchema,
  });
  await colorNewLabel(client, labels, label);
}

async function removeLabel(client: GitHubClient, number: number, name: string): Promise<void> {
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
