import { created, invalid, notFound, Refusal, refused } from '../answer.ts';
import { type Call, page, type Route, requiredText, textOf } from '../api/call.ts';
import { nodeId } from '../bodies/node-id.ts';
import { repositoryApiUrl } from '../bodies/repository.ts';
import { userBody } from '../bodies/user.ts';
import { tryGit } from '../git/run.ts';
import { timestamp } from '../model.ts';
import { type Deployment, type DeploymentStatus, reportsOf } from './state.ts';

const NEEDS = 'deployments=write';
const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];

export const deploymentRoutes: readonly Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/deployments', handle: listDeployments },
  { method: 'POST', path: '/repos/:owner/:repo/deployments', writes: NEEDS, handle: createDeployment },
  { method: 'POST', path: '/repos/:owner/:repo/deployments/:id/statuses', writes: NEEDS, handle: createStatus },
];

function listDeployments(call: Call) {
  const { query, repository } = call;
  const wanted = (key: 'sha' | 'environment' | 'task', value: string) => (query.get(key) ?? value) === value;
  const found = reportsOf(repository).deployments.filter(
    ({ sha, environment, task }) => wanted('sha', sha) && wanted('environment', environment) && wanted('task', task),
  );
  return page(call, { path: 'deployments', bodies: found.reverse().map((one) => deploymentBody(call, one)) });
}

async function createDeployment(call: Call) {
  const { state, repository, user, body } = call;
  const ref = requiredText(call, { resource: 'Deployment', field: 'ref' });
  const { code, stdout } = await tryGit(repository.directory, ['rev-parse', '--verify', `${ref}^{commit}`]);
  if (code !== 0) return refused(422, `No ref found for: ${ref}`);
  // By default GitHub merges the default branch into the ref, and waits for every check of it.
  if (body.auto_merge !== false) return refused(409, 'Conflict merging main into the ref');
  if (!Array.isArray(body.required_contexts)) return refused(409, 'Conflict: Commit status checks failed');
  const deployment: Deployment = {
    id: state.nextId(),
    sha: stdout.trim(),
    environment: textOf(call, { resource: 'Deployment', field: 'environment' }) ?? 'production',
    task: textOf(call, { resource: 'Deployment', field: 'task' }) ?? 'deploy',
    payload: body.payload ?? {},
    description: textOf(call, { resource: 'Deployment', field: 'description', limit: 140 }) ?? null,
    creator: user,
    createdAt: timestamp(state),
    statuses: [],
  };
  reportsOf(repository).deployments.push(deployment);
  return created(deploymentBody(call, deployment));
}

function createStatus(call: Call) {
  const { state, repository, user, params } = call;
  const deployment = reportsOf(repository).deployments.find(({ id }) => String(id) === params.id);
  if (deployment === undefined) return notFound;
  const wanted = requiredText(call, { resource: 'DeploymentStatus', field: 'state' });
  if (!STATES.includes(wanted))
    throw new Refusal(invalid({ resource: 'DeploymentStatus', field: 'state', code: 'invalid' }));
  const status: DeploymentStatus = {
    id: state.nextId(),
    state: wanted,
    description: textOf(call, { resource: 'DeploymentStatus', field: 'description', limit: 140 }) ?? '',
    logUrl: textOf(call, { resource: 'DeploymentStatus', field: 'log_url' }) ?? '',
    creator: user,
    createdAt: timestamp(state),
  };
  deployment.statuses.push(status);
  const self = deploymentUrl(call, deployment);
  return created({
    id: status.id,
    node_id: nodeId('DS', status.id),
    url: `${self}/statuses/${status.id}`,
    state: status.state,
    creator: userBody(state, user),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl || self,
    log_url: status.logUrl || self,
    deployment_url: self,
    repository_url: repositoryApiUrl(state, repository),
    created_at: status.createdAt,
    updated_at: status.createdAt,
  });
}

function deploymentUrl({ state, repository }: Call, { id }: Deployment): string {
  return `${repositoryApiUrl(state, repository)}/deployments/${id}`;
}

function deploymentBody(call: Call, deployment: Deployment) {
  const { id, sha, environment, task, payload, description, creator, createdAt } = deployment;
  const self = deploymentUrl(call, deployment);
  return {
    id,
    node_id: nodeId('DE', id),
    url: self,
    sha,
    ref: sha,
    task,
    payload,
    original_environment: environment,
    environment,
    description,
    creator: userBody(call.state, creator),
    created_at: createdAt,
    updated_at: createdAt,
    statuses_url: `${self}/statuses`,
    repository_url: repositoryApiUrl(call.state, call.repository),
    transient_environment: false,
    production_environment: false,
  };
}
