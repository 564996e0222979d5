import { z } from 'zod';
import { listOf } from '../../../text/json-lists.ts';
import type { DeploymentReport } from '../../reports/port.ts';
import type { GitHubAnswer, GitHubClient } from '../client.ts';
import { anythingSchema } from '../schemas.ts';
import { descriptionText } from './statuses.ts';

const payloadSchema = z.object({ fairlead: z.string() });
const deploymentSchema = z.object({ id: z.int().positive(), payload: z.unknown() });

/** Writes a deployment and its status as `ForgeReports.reportDeployment` promises. One that somebody deleted is made anew. */
export async function reportDeployment(
  client: GitHubClient,
  deployment: DeploymentReport,
  known?: number,
): Promise<number> {
  if (known !== undefined && (await writeState(client, known, deployment)).kind === 'ok') return known;
  const id = (await findDeployment(client, deployment)) ?? (await createDeployment(client, deployment));
  const written = await writeState(client, id, deployment);
  if (written.kind === 'refused') throw written.failure;
  return id;
}

/** Says how a deployment stands, which somebody may have deleted. */
function writeState(
  client: GitHubClient,
  id: number,
  { environment, state, description, logUrl }: DeploymentReport,
): Promise<GitHubAnswer<unknown>> {
  return client.askExpecting([404], {
    doing: `say how the deployment to ${environment} stands`,
    request: (octokit, repository) =>
      octokit.rest.repos.createDeploymentStatus({
        ...repository,
        deployment_id: id,
        state,
        description: descriptionText(description),
        ...(logUrl !== undefined && { log_url: logUrl }),
      }),
    answer: anythingSchema,
  });
}

async function findDeployment(
  client: GitHubClient,
  { sha, environment, as }: DeploymentReport,
): Promise<number | undefined> {
  const found = await client.ask({
    doing: `list the deployments to ${environment}`,
    request: (octokit, repository) =>
      octokit.rest.repos.listDeployments({ ...repository, sha, environment, task: 'deploy', per_page: 100 }),
    answer: listOf(deploymentSchema),
  });
  return found.find(({ payload }) => payloadOf(payload) === as)?.id;
}

/** Reads which commit of the GitOps branch a deployment is of; GitHub answers the payload as an object or as a text. */
function payloadOf(payload: unknown): string | undefined {
  const read = typeof payload === 'string' ? parsed(payload) : payload;
  return payloadSchema.safeParse(read).data?.fairlead;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is somebody else's, who may write there what they like.
    return undefined;
  }
}

async function createDeployment(
  client: GitHubClient,
  { sha, environment, as, description }: DeploymentReport,
): Promise<number> {
  const { id } = await client.ask({
    doing: `record the deployment to ${environment}`,
    isContent: true,
    request: (octokit, repository) =>
      octokit.rest.repos.createDeployment({
        ...repository,
        ref: sha,
        environment,
        // It says what has happened: GitHub must neither merge anything for it nor wait for checks.
        auto_merge: false,
        required_contexts: [],
        payload: { fairlead: as },
        description: descriptionText(description),
      }),
    answer: deploymentSchema,
  });
  return id;
}
