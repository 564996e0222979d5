import { cut } from '../../cut.ts';
import type { CommitInfo } from '../../git/repository.ts';
import type { ChangeSummary, GroupSummary } from '../../render/layout/summary.ts';
import type { ObjectId } from '../../render/types.ts';
import { shortSha } from '../../short-sha.ts';
import type { OpenOrder } from './contract.ts';

export interface CommitList {
  readonly commits: readonly CommitInfo[];
  readonly total: number;
}

/** Which commits a request brings, or takes back. */
export interface CommitRange extends CommitList {
  readonly direction: 'on' | 'back';
}

export interface RequestFacts {
  readonly order: OpenOrder;
  /** Of the main commit that is carried; of the config commit, where that is what changes. */
  readonly subject: string;
  readonly main: CommitRange;
  readonly config: CommitRange;
  readonly groups: ChangeSummary;
  readonly commitUrl: (sha: string) => string | undefined;
  readonly workflowUrl?: string | undefined;
}

/** E.g. `Promote 1a2b3c4d to qa: Raise the limits`. */
export function requestTitle({ order: { operation, environment, revision }, subject }: RequestFacts): string {
  const { main, config } = revision;
  const acts = {
    promotion: `Promote ${shortSha(main)} to ${environment}`,
    'config change': `Configure ${environment} with ${shortSha(config)}`,
    rollback: `Roll back ${environment} to ${shortSha(main)}`,
  };
  // A title is plain text.
  return cut(`${acts[operation]}: ${subject}`.replace(/\s+/g, ' ').trim(), 200);
}

/** Markdown: commits, objects added, changed and removed per group, assignments waiting, what is lost, links. */
export function requestBody(facts: RequestFacts): string {
  const { order } = facts;
  const sections = [
    lead(facts),
    ...commitLists(facts),
    removals(facts.groups),
    ...alike(facts.groups).map(groupSection),
    facts.groups.length === 0 ? 'No object changes: only the commits that the branch says it was rendered from.' : '',
    list('Assigned, but not on main at this commit (skipped)', order.waiting.map(code)),
    list('Edited by hand since the last render, and **lost** with this request', (order.lostEdits ?? []).map(code)),
    list(
      'Notes that do not check out, and were ignored',
      (order.ignoredNotes ?? []).map((ignoredNote) => oneLine(ignoredNote, 400)),
    ),
    foot(facts),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function lead({ order, commitUrl, config: { direction } }: RequestFacts): string {
  const main = link(order.revision.main, commitUrl);
  const config = link(order.revision.config, commitUrl);
  const requester = order.requester
    ? ` Asked by ${oneLine(order.requester.by)}: ${oneLine(order.requester.reason)}`
    : '';
  const which = direction === 'back' ? 'the config of then' : "today's config";
  const leads = {
    promotion: `Main ${main} with config ${config} for **${order.environment}**.`,
    'config change': `Config ${config} with main ${main} for **${order.environment}**.`,
    rollback: `Takes **${order.environment}** back to main ${main}, with ${which}, ${config}.${requester}`,
  };
  return leads[order.operation];
}

/** First what the operation is about. The other commit of the pair is told of only where it moves. */
function commitLists({ order, main, config, commitUrl }: RequestFacts): readonly string[] {
  if (order.deployed === undefined) return ['Nothing was deployed here by Fairlead before.'];
  const mains = commitList('Main', main, commitUrl);
  const configs = commitList('Config', config, commitUrl);
  if (order.operation === 'config change') return main.total === 0 ? [configs] : [configs, mains];
  return config.total === 0 ? [mains] : [mains, configs];
}

function commitList(
  which: string,
  { direction, commits, total }: CommitRange,
  commitUrl: RequestFacts['commitUrl'],
): string {
  const what = direction === 'back' ? 'taken back' : 'since the deployed one';
  const lines = commits.map((c) => `- ${link(c.sha, commitUrl)} ${oneLine(c.subject)} (${oneLine(c.author.name)})`);
  const more = total - commits.length;
  return [`### ${which} commits ${what}: ${total}`, ...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}

/** Removals first: they are what a reviewer must not miss. */
function removals(groups: ChangeSummary): string {
  const total = groups.reduce((sum, { removed }) => sum + removed.length, 0);
  return total === 0 ? '' : `> **${total} ${total === 1 ? 'object is' : 'objects are'} removed.**`;
}

interface AlikeGroups extends Omit<GroupSummary, 'group'> {
  readonly groups: readonly string[];
}

/** Groups in which the same happens to the same objects are told once. */
function alike(summary: ChangeSummary): readonly AlikeGroups[] {
  const found = new Map<string, AlikeGroups>();
  for (const { group, ...changes } of summary) {
    const key = JSON.stringify(changes);
    found.set(key, { ...changes, groups: [...(found.get(key)?.groups ?? []), group] });
  }
  return [...found.values()];
}

function groupSection({ groups, added, changed, removed }: AlikeGroups): string {
  const names = groups.map((group) => `\`${group}\``).join(', ');
  const each = groups.length > 1 ? ' each' : '';
  const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed${each}`;
  const lines = [...rows('**removed**', removed), ...rows('added', added), ...rows('changed', changed)];
  return [`### ${names}: ${counts}`, ...lines].join('\n');
}

const mostObjects = 40;

function rows(what: string, objects: readonly ObjectId[]): string[] {
  const lines = objects.slice(0, mostObjects).map(({ kind, namespace, name }) => {
    return `- ${what} ${kind} \`${namespace === '' ? name : `${namespace}/${name}`}\``;
  });
  return objects.length > mostObjects ? [...lines, `- … and ${objects.length - mostObjects} more ${what}`] : lines;
}

function list(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : [`### ${title}`, ...entries.map((entry) => `- ${entry}`)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function foot({ order, workflowUrl }: RequestFacts): string {
  const id = workflowUrl ? `[${order.workflowId}](${workflowUrl})` : `\`${order.workflowId}\``;
  return `---\nFairlead ${id}. Do not push to \`${order.branch}\`: it is rendered again when \`${order.gitops.branch}\` moves.`;
}

function link(sha: string, commitUrl: RequestFacts['commitUrl']): string {
  const url = commitUrl(sha);
  return url ? `[\`${shortSha(sha)}\`](${url})` : `\`${shortSha(sha)}\``;
}

/** Without mentions, and without links to issues, which it could even close. */
export function quietly(text: string): string {
  return text.replace(/[@#](?=\w)/g, '$&\u200b');
}

/** Text from commits and people must neither break the layout nor mention anyone. */
function oneLine(text: string, longest = 120): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/[<>[\]`|\\]/g, '\\$&')
    .trim();
  return cut(quietly(line), longest);
}
