import { git } from '../git/run.ts';
import type { RepositoryContext } from '../model.ts';
import { nodeId } from './node-id.ts';
import { repositoryApiUrl } from './repository.ts';
import { protectionSummary } from './rules.ts';

/** A branch, and its head. */
interface BranchHead {
  readonly branch: string;
  readonly sha: string;
}

/** Writes a branch as `branch-with-protection` of GitHub's description. */
export async function branchBody(context: RepositoryContext, { branch, sha }: BranchHead) {
  const { state, repository } = context;
  const self = `${repositoryApiUrl(state, repository)}/branches/${encodeURIComponent(branch)}`;
  const rules = repository.protections.get(branch);
  return {
    name: branch,
    commit: await commitBody(context, sha),
    _links: { self, html: `${state.url}/${repository.owner}/${repository.name}/tree/${branch}` },
    protected: rules !== undefined,
    protection: protectionSummary(rules),
    protection_url: `${self}/protection`,
  };
}

async function commitBody({ state, repository }: RepositoryContext, sha: string) {
  const api = repositoryApiUrl(state, repository);
  const web = `${state.url}/${repository.owner}/${repository.name}`;
  const format = '--format=%T%n%P%n%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B';
  const shown = await git(repository.directory, ['show', '--no-patch', format, sha]);
  const [tree = '', parents = '', an, ae, ai, cn, ce, ci, ...message] = shown.split('\n');
  const url = `${api}/commits/${sha}`;
  return {
    sha,
    node_id: nodeId('C', Number.parseInt(sha.slice(0, 8), 16)),
    commit: {
      author: { name: an, email: ae, date: ai },
      committer: { name: cn, email: ce, date: ci },
      message: message.join('\n').trim(),
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: 0,
    },
    url,
    html_url: `${web}/commit/${sha}`,
    comments_url: `${url}/comments`,
    author: null,
    committer: null,
    parents: parents
      .split(' ')
      .filter((parent) => parent !== '')
      .map((parent) => ({ sha: parent, url: `${api}/commits/${parent}`, html_url: `${web}/commit/${parent}` })),
  };
}
