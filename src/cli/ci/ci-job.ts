import { isSha } from '../../git/names.ts';
import { ciBranches, queueTarget } from '../validate/ci-branch.ts';

/** A job of a CI system: the repository whose job it is, and what was pushed there. */
export interface CiJob {
  /** The URL of the repository, without credentials. */
  readonly repository: string;
  /** What was pushed; or why the job's commit is none that was, as a clause. */
  readonly pushed: Pushed | string;
}

/** The systems whose jobs are known, for messages. */
export const ciSystems = 'GitHub Actions, Gitea, GitLab or Azure Pipelines';

interface Pushed {
  readonly commit: string;
  /** The branch that was pushed to; undefined: a tag was pushed. */
  readonly branch?: string;
}

/**
 * Reads the variables of GitHub Actions (Gitea and Forgejo set the same ones), GitLab and Azure Pipelines; undefined: this is
 * no job of theirs. env-ci and ci-info know such systems, too, but not the URL of the repository.
 */
export function ciJob(env: NodeJS.ProcessEnv): CiJob | undefined {
  if (env.GITHUB_ACTIONS === 'true') return githubJob(env);
  if (env.GITLAB_CI === 'true') return gitlabJob(env);
  // Azure writes True.
  if (env.TF_BUILD?.toLowerCase() === 'true') return azureJob(env);
  return undefined;
}

/** The events of GitHub at which GITHUB_SHA is what was pushed, or the head of the branch or tag that the job runs for. */
const githubEvents = ['push', 'create', 'release', 'schedule', 'workflow_dispatch', 'repository_dispatch'];

function githubJob(env: NodeJS.ProcessEnv): CiJob | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_EVENT_NAME: event = '' } = env;
  if (!server || !name) return undefined;
  const repository = `${server.replace(/\/+$/, '')}/${name}`;
  // Gitea calls every event of a reusable workflow workflow_call.
  const known = [...githubEvents, 'workflow_call'].includes(event);
  const isRequest = Boolean(env.GITHUB_HEAD_REF) || env.GITHUB_REF?.startsWith('refs/pull/');
  if (isRequest) return { repository, pushed: `GITHUB_SHA is a pull request's (event ${event})` };
  if (!known || queueTarget(ciBranches(env).branch) !== undefined)
    return { repository, pushed: `GITHUB_SHA is not what was pushed (event ${event || 'unknown'})` };
  return { repository, pushed: pushedOr(env.GITHUB_SHA, 'GITHUB_SHA', env) };
}

function gitlabJob(env: NodeJS.ProcessEnv): CiJob | undefined {
  const { CI_PROJECT_URL: repository } = env;
  if (!repository) return undefined;
  const isRequest =
    env.CI_MERGE_REQUEST_IID || env.CI_EXTERNAL_PULL_REQUEST_IID || env.CI_PIPELINE_SOURCE === 'merge_request_event';
  if (isRequest) return { repository, pushed: "CI_COMMIT_SHA is a merge request's" };
  return { repository, pushed: pushedOr(env.CI_COMMIT_SHA, 'CI_COMMIT_SHA', env) };
}

function azureJob(env: NodeJS.ProcessEnv): CiJob | undefined {
  // https://acme@dev.azure.com/acme/…: the user is the organisation.
  const repository = env.BUILD_REPOSITORY_URI?.replace(/^(https?:\/\/)[^/@]*@/, '$1');
  if (!repository) return undefined;
  const isRequest = env.BUILD_REASON === 'PullRequest' || Boolean(env.SYSTEM_PULLREQUEST_PULLREQUESTID);
  if (isRequest) return { repository, pushed: "BUILD_SOURCEVERSION is a pull request's" };
  return { repository, pushed: pushedOr(env.BUILD_SOURCEVERSION, 'BUILD_SOURCEVERSION', env) };
}

function pushedOr(commit: string | undefined, variable: string, env: NodeJS.ProcessEnv): CiJob['pushed'] {
  if (commit === undefined || !isSha(commit)) return `${variable} is no full commit id`;
  const { branch } = ciBranches(env);
  return { commit, ...(branch !== undefined && { branch }) };
}

/** Answers the number of the pull request that a job of GitHub or Gitea is about; undefined: it is about none. */
export function requestNumber(env: NodeJS.ProcessEnv): number | undefined {
  // Gitea's ends in /head.
  const [, number] = /^refs\/pull\/(\d+)\/(?:merge|head)$/.exec(env.GITHUB_REF ?? '') ?? [];
  return number === undefined ? undefined : Number(number);
}
