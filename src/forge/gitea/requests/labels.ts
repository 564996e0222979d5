import { type GiteaClient, pathOf } from '../client.ts';
import { readGiteaPages } from '../pages.ts';
import { anythingSchema, type GiteaLabel, labelsSchema, oneLabelSchema } from '../schemas.ts';
import { getPullRequest } from './pull-request.ts';

const color = '#0e8a8a';
const description = 'Set by Fairlead';

/** Answers the ids of labels, one after another: two of the same name must not be made at once. */
export async function labelIds(client: GiteaClient, names: readonly string[]): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const name of names) ids.push(await labelId(client, name));
  return [...new Set(ids)];
}

/** Answers the label's id: these forges take labels by nothing else. One that neither repository nor organisation has is made. */
async function labelId(client: GiteaClient, name: string): Promise<number> {
  const present = (await findLabel(client, name, 'repository')) ?? (await findLabel(client, name, 'organisation'));
  if (present) return present.id;
  const made = await client.ask({
    doing: `make label ${name}`,
    method: 'POST',
    path: '/labels',
    body: { name, color, description },
    answer: oneLabelSchema,
  });
  return made.id;
}

/** Gives a request the label, and answers all that it has then. */
export async function addLabel(
  client: GiteaClient,
  { number, labels }: { readonly number: number; readonly labels: readonly GiteaLabel[] },
  name: string,
): Promise<readonly GiteaLabel[]> {
  if (labels.some((label) => isNamed(label, name))) return labels;
  return client.ask({
    doing: `label pull request #${number}`,
    method: 'POST',
    path: `${pathOf('issues', number)}/labels`,
    body: { labels: [await labelId(client, name)] },
    answer: labelsSchema,
  });
}

/**
 * Relabels a request as `Forge.relabel` promises. The new label comes first: a call that is cut off leaves both, and
 * the next one finishes it.
 */
export async function relabel(
  client: GiteaClient,
  number: number,
  { label, instead }: { readonly label: string; readonly instead: readonly string[] },
): Promise<void> {
  const found = await getPullRequest(client, number);
  if (!found.merged) return;
  const unwanted = instead.filter((name) => !isNamed({ name }, label));
  for (const present of await addLabel(client, found, label)) {
    if (!unwanted.some((name) => isNamed(present, name))) continue;
    // 404: somebody else took it off just now.
    await client.askExpecting([404], {
      doing: `take label ${present.name} off pull request #${number}`,
      method: 'DELETE',
      path: pathOf('issues', number, 'labels', present.id),
      answer: anythingSchema,
    });
  }
}

async function findLabel(
  client: GiteaClient,
  name: string,
  where: 'repository' | 'organisation',
): Promise<GiteaLabel | undefined> {
  const ofOwner = where === 'organisation';
  try {
    for await (const labels of readGiteaPages(client, {
      doing: `list the labels of the ${where}`,
      path: '/labels',
      ...(ofOwner && { below: 'owner' as const }),
      answer: labelsSchema,
    })) {
      const found = labels.find((label) => isNamed(label, name));
      if (found) return found;
    }
  } catch (error) {
    // The owner is a person and no organisation, or the token may not read organisations: a label of its own does as well.
    if (ofOwner && isNotForUs(error)) return undefined;
    throw error;
  }
  return undefined;
}

function isNotForUs(error: unknown): boolean {
  return error instanceof Error && 'type' in error && (error.type === 'NotFound' || error.type === 'Unauthorized');
}

/** The case of letters makes no other label, as on GitHub. */
function isNamed(label: Pick<GiteaLabel, 'name'>, name: string): boolean {
  return label.name.toLowerCase() === name.toLowerCase();
}
