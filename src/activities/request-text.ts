import type { CommitInfo } from '../git/repository.ts';
import { short } from '../promotion/decisions.ts';
import type { ChangeSummary, GroupSummary } from '../render/layout/summary.ts';
import type { ObjectId } from '../render/types.ts';
import type { OpenOrder } from './contract.ts';

export interface RequestFacts {
  readonly order: OpenOrder;
  /** Of the main commit that is carried. */
  readonly subject: string;
  /** Of main: that arrive with a promotion, or are taken back by a rollback. */
  readonly commits: { readonly commits: readonly CommitInfo[]; readonly total: number };
  readonly groups: ChangeSummary;
  readonly commitUrl: (sha: string) => string | undefined;
  readonly workflowUrl?: string | undefined;
}

/** E.g. `Promote 1a2b3c4d to qa: Raise the limits`. */
export function requestTitle({ order, subject }: RequestFacts): string {
  const act = order.errand === 'rollback' ? `Roll back ${order.environment} to` : 'Promote';
  const where = order.errand === 'rollback' ? '' : ` to ${order.environment}`;
  // A title is plain text.
  return cut(`${act} ${short(order.main)}${where}: ${subject}`.replace(/\s+/g, ' ').trim(), 200);
}

/** Markdown: commits, objects added, changed and removed per group, assignments waiting, what is lost, links. */
export function requestBody(facts: RequestFacts): string {
  const { order } = facts;
  const sections = [
    lead(facts),
    commitList(facts),
    removals(facts.groups),
    ...alike(facts.groups).map(groupSection),
    list('Assigned, but not on main at this commit (skipped)', order.waiting),
    list('Edited by hand since the last render, and **lost** with this request', order.lostEdits ?? []),
    foot(facts),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function lead({ order, commitUrl }: RequestFacts): string {
  const main = link(order.main, commitUrl);
  const config = link(order.config, commitUrl);
  if (order.errand === 'promote') return `Main ${main} with config ${config} for **${order.environment}**.`;
  const asked = order.asked ? ` Asked by ${oneLine(order.asked.by)}: ${oneLine(order.asked.reason)}` : '';
  return `Takes **${order.environment}** back to main ${main}, with today's config ${config}.${asked}`;
}

function commitList({ order, commits, commitUrl }: RequestFacts): string {
  if (order.deployed === undefined) return 'Nothing was deployed here by Fairlead before.';
  const title = order.errand === 'promote' ? 'Main commits since the deployed one' : 'Main commits taken back';
  const lines = commits.commits.map(
    (c) => `- ${link(c.sha, commitUrl)} ${oneLine(c.subject)} (${oneLine(c.author.name)})`,
  );
  const more = commits.total - commits.commits.length;
  return [`### ${title}: ${commits.total}`, ...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
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
  return entries.length === 0 ? '' : [`### ${title}`, ...entries.map((entry) => `- \`${entry}\``)].join('\n');
}

function foot({ order, workflowUrl }: RequestFacts): string {
  const id = workflowUrl ? `[${order.workflowId}](${workflowUrl})` : `\`${order.workflowId}\``;
  return `---\nFairlead ${id}. Do not push to \`${order.branch}\`: it is rendered again when \`${order.gitops.branch}\` moves.`;
}

function link(sha: string, commitUrl: RequestFacts['commitUrl']): string {
  const url = commitUrl(sha);
  return url ? `[\`${short(sha)}\`](${url})` : `\`${short(sha)}\``;
}

/** Text from commits and people must neither break the layout nor mention anyone. */
function oneLine(text: string, longest = 120): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/[<>[\]`|]/g, '\\$&')
    .trim();
  return cut(line, longest);
}

function cut(line: string, longest: number): string {
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
