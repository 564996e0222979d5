import type { ForgeState, Repository, User } from '../model.ts';
import { nodeId } from './node-id.ts';
import { userBody } from './user.ts';

/** Paths below the repository's API address, by field, as GitHub writes them. */
const links: Readonly<Record<string, string>> = {
  archive_url: '{archive_format}{/ref}',
  assignees_url: 'assignees{/user}',
  blobs_url: 'git/blobs{/sha}',
  branches_url: 'branches{/branch}',
  collaborators_url: 'collaborators{/collaborator}',
  comments_url: 'comments{/number}',
  commits_url: 'commits{/sha}',
  compare_url: 'compare/{base}...{head}',
  contents_url: 'contents/{+path}',
  contributors_url: 'contributors',
  deployments_url: 'deployments',
  downloads_url: 'downloads',
  events_url: 'events',
  forks_url: 'forks',
  git_commits_url: 'git/commits{/sha}',
  git_refs_url: 'git/refs{/sha}',
  git_tags_url: 'git/tags{/sha}',
  hooks_url: 'hooks',
  issue_comment_url: 'issues/comments{/number}',
  issue_events_url: 'issues/events{/number}',
  issues_url: 'issues{/number}',
  keys_url: 'keys{/key_id}',
  labels_url: 'labels{/name}',
  languages_url: 'languages',
  merges_url: 'merges',
  milestones_url: 'milestones{/number}',
  notifications_url: 'notifications{?since,all,participating}',
  pulls_url: 'pulls{/number}',
  releases_url: 'releases{/id}',
  stargazers_url: 'stargazers',
  statuses_url: 'statuses/{sha}',
  subscribers_url: 'subscribers',
  subscription_url: 'subscription',
  tags_url: 'tags',
  teams_url: 'teams',
  trees_url: 'git/trees{/sha}',
};

/** Answers the repository's address in the API. */
export function repositoryApiUrl({ url }: ForgeState, { owner, name }: Repository): string {
  return `${url}/api/v3/repos/${owner}/${name}`;
}

/** Writes a repository as `full-repository` of GitHub's description. */
export function fullRepositoryBody(state: ForgeState, repository: Repository, { permission }: User) {
  const [admin, push] = [permission === 'admin', permission === 'admin' || permission === 'write'];
  const permissions = { admin, push, pull: true };
  return { ...repositoryBody(state, repository), permissions, network_count: 0, subscribers_count: 0 };
}

/** Writes a repository as `repository`, as it stands inside other bodies. */
export function repositoryBody(state: ForgeState, repository: Repository) {
  const { id, owner, name, createdAt, mergeMethods } = repository;
  const self = repositoryApiUrl(state, repository);
  const web = `${state.url}/${owner}/${name}`;
  const open = repository.pullRequests.filter(({ state: now }) => now === 'open').length;
  return {
    id,
    node_id: nodeId('R', id),
    name,
    full_name: `${owner}/${name}`,
    owner: userBody(state, { id: 1, login: owner }),
    private: true,
    html_url: web,
    description: null,
    fork: false,
    url: self,
    ...Object.fromEntries(Object.entries(links).map(([field, path]) => [field, `${self}/${path}`])),
    git_url: `${web.replace(/^http/, 'git')}.git`,
    ssh_url: `git@${new URL(state.url).hostname}:${owner}/${name}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    size: 0,
    default_branch: repository.defaultBranch,
    created_at: createdAt,
    updated_at: createdAt,
    pushed_at: createdAt,
    archived: repository.archived === true,
    disabled: false,
    allow_merge_commit: mergeMethods.includes('merge'),
    allow_squash_merge: mergeMethods.includes('squash'),
    allow_rebase_merge: mergeMethods.includes('rebase'),
    delete_branch_on_merge: repository.deleteBranchOnMerge,
    ...{ has_issues: true, has_projects: false, has_wiki: false, has_pages: false, has_downloads: true },
    ...{ has_discussions: false, forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0 },
    ...{ open_issues: open, open_issues_count: open },
  };
}
