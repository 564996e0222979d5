import { git, tryGit } from '../git/run.ts';
import type { ForgeState, PullRequest, Repository, RequestContext } from '../model.ts';
import { type PullRequestView, viewOf } from '../people.ts';
import { diffOf } from './diff.ts';
import { type Html, html } from './html.ts';
import { markdown } from './markdown.ts';
import { page } from './page.ts';

/** Renders the page that lists every repository with its pull requests. */
export function homePage(state: ForgeState): string {
  const boxes = [...state.repositories.values()].map((repository) => {
    const { owner, name } = repository;
    return html`<section class="box"><h2><a href="/${owner}/${name}/pulls">${owner}/${name}</a></h2>${requestList(state, repository)}</section>`;
  });
  return page('Repositories', html`<h1>Repositories</h1>${boxes}`);
}

/** Renders the page that lists the pull requests of one repository. */
export function pullRequestsPage(state: ForgeState, repository: Repository): string {
  const { owner, name } = repository;
  const title = `Pull requests · ${owner}/${name}`;
  return page(
    title,
    html`<h1>${owner}/${name}</h1><section class="box"><h2>Pull requests</h2>${requestList(state, repository)}</section>`,
  );
}

/** Renders the page of one pull request; `notice` says what went wrong. */
export async function pullRequestPage(context: RequestContext, notice?: string): Promise<string> {
  const { repository, request } = context;
  const shown = viewOf(context);
  const { owner, name, directory } = repository;
  const comments = shown.comments.map(
    ({ author, body }) =>
      html`<section class="box"><h2>${author} <span class="dim">commented</span></h2><div>${markdown(body)}</div></section>`,
  );
  const content = html`<p><a href="/${owner}/${name}/pulls">${owner}/${name}</a></p>
<h1>${shown.title} <small>#${shown.number}</small></h1>
<p>${stateBadge(shown)} <span class="dim"><b>${shown.author}</b> wants to merge <code>${shown.head.branch}</code> into <code>${shown.base}</code> at ${commitLink(repository, shown.head.sha)}</span>${labelsOf(request)}</p>
${notice === undefined ? undefined : html`<p class="notice">${notice}</p>`}
<section class="box"><h2>${shown.author}</h2><div>${markdown(shown.body || 'No description.')}</div></section>
${comments}
${request.state === 'open' ? actionButtons(repository, request) : endingBox(repository, shown)}
${await diffOf(directory, [`${request.baseSha}...${request.headSha}`])}`;
  return page(`${shown.title} · Pull request #${shown.number}`, content);
}

/** Renders the page of a commit; undefined where there is none. */
export async function commitPage(repository: Repository, sha: string): Promise<string | undefined> {
  const { owner, name, directory } = repository;
  const found = await tryGit(directory, ['rev-parse', '--verify', '--quiet', `${sha}^{commit}`]);
  if (found.code !== 0) return undefined;
  const commit = found.stdout.trim();
  const [author = '', date = '', parents = '', ...message] = (
    await git(directory, ['show', '-s', '--format=%an%n%aI%n%P%n%B', commit])
  ).split('\n');
  const parent = parents.split(' ')[0] || '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
  const [subject = '', ...rest] = message;
  const content = html`<p><a href="/${owner}/${name}/pulls">${owner}/${name}</a></p>
<h1>${subject}</h1>
<p class="dim"><b>${author}</b> committed ${date} · <code>${commit}</code></p>
${rest.join('').trim() ? html`<section class="box"><div class="text"><pre>${rest.join('\n').trim()}</pre></div></section>` : undefined}
${await diffOf(directory, [parent, commit])}`;
  return page(`${subject} · ${owner}/${name}`, content);
}

function requestList(state: ForgeState, repository: Repository): Html {
  const all = [...repository.pullRequests].reverse();
  if (all.length === 0) return html`<div class="dim">No pull requests yet.</div>`;
  return html`${all.map((request) => {
    const shown = viewOf({ state, repository, request });
    const { number, title, base, author } = shown;
    return html`<div class="row">${stateBadge(shown)} <a href="/${repository.owner}/${repository.name}/pull/${number}"><b>${title}</b></a>${labelsOf(request)}
<div class="dim">#${number} to <code>${base}</code> by ${author}, ${request.createdAt}</div></div>`;
  })}`;
}

function actionButtons({ owner, name, mergeMethods }: Repository, { number, headSha }: PullRequest): Html {
  const at = `/${owner}/${name}/pull/${number}`;
  const options = mergeMethods.map((method) => html`<option>${method}</option>`);
  return html`<section class="box"><div class="actions">
<form method="post" action="${at}/merge" class="actions"><input type="hidden" name="sha" value="${headSha}"><select name="method" aria-label="Merge method">${options}</select><button class="main">Merge pull request</button></form>
<form method="post" action="${at}/approve"><button>Approve</button></form>
<form method="post" action="${at}/close"><button>Close pull request</button></form>
</div></section>`;
}

function endingBox(repository: Repository, { state, endedBy, mergeCommit }: PullRequestView): Html {
  const commit = mergeCommit === undefined ? undefined : html` as ${commitLink(repository, mergeCommit)}`;
  return html`<section class="box"><div><b>${endedBy}</b> ${state} this pull request${commit}.</div></section>`;
}

function stateBadge({ state }: PullRequestView): Html {
  return html`<span class="state ${state}">${state}</span>`;
}

function labelsOf({ labels }: PullRequest): readonly Html[] {
  return labels.map(({ name, color }) => html`<span class="label" style="background:#${color}">${name}</span>`);
}

function commitLink({ owner, name }: Repository, sha: string): Html {
  return html`<a href="/${owner}/${name}/commit/${sha}"><code>${sha.slice(0, 9)}</code></a>`;
}
