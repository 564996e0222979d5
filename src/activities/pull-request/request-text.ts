import { cut } from '../../cut.ts';
import type { DescribedChanges } from '../../diff/view/describe.ts';
import type { AutoRemark } from '../../forge/auto-remark.ts';
import type { CommitInfo } from '../../git/repository.ts';
import { asGiven } from '../../operation/claim.ts';
import { fillTemplate } from '../../platform/request/template.ts';
import { shortSha } from '../../short-names.ts';
import { countOf } from '../../text/count-of.ts';
import { remedies, sentence } from '../../text/remedies.ts';
import { codeText, markdownText, titleText } from '../../untrusted-text.ts';
import type { OpenOrder } from './contract.ts';
import { guardSection } from './guard-text.ts';

/** Some commits, newest first, and how many there are in all. */
export interface CommitList {
  readonly commits: readonly CommitInfo[];
  readonly total: number;
}

/** The commits that a request brings, or takes back. */
export interface CommitRange extends CommitList {
  readonly direction: 'on' | 'back';
}

/** The facts that title and body of a request are made of. */
export interface RequestFacts {
  readonly order: OpenOrder;
  /** The first line of the message of the main commit; of a config change, of the config commit. */
  readonly subject: string;
  readonly main: CommitRange;
  readonly config: CommitRange;
  /** What changes, object by object; undefined: too much. */
  readonly changes: DescribedChanges | undefined;
  /** What is to be said of the branch under `auto`, with the first request. */
  readonly autoRemark?: AutoRemark | undefined;
  readonly commitUrl: (sha: string) => string | undefined;
  /** The page of the forge that shows all of what changes. */
  readonly filesUrl?: string | undefined;
  readonly workflowUrl?: string | undefined;
}

/** Makes the title of a request: `Promote 1a2b3c4d to qa: Raise the limits`, or what the template of the settings says. */
export function requestTitle(
  { order: { operation, environment, revision }, subject }: RequestFacts,
  template?: string,
): string {
  const main = shortSha(revision.main);
  const config = shortSha(revision.config);
  if (template !== undefined)
    return cut(fillTemplate(template, { operation, environment, main, config, subject: titleText(subject) }), 200);
  const acts = {
    promotion: `Promote ${main} to ${environment}`,
    'config change': `Configure ${environment} with ${config}`,
    rollback: `Roll back ${environment} to ${main}`,
  };
  return cut(`${acts[operation]}: ${titleText(subject)}`, 200);
}

/**
 * Makes the body of a request in markdown: what the guard names, what is removed, edits that are lost, ignored notes, commits, what
 * changes at a glance, by group and object by object, waiting assignments, links. A forge cuts the end of a long one, so that what a reviewer must not miss comes first.
 */
export function requestBody(facts: RequestFacts): string {
  const { order } = facts;
  const sections = [
    guardSection(order),
    leadSection(facts),
    facts.autoRemark === undefined ? '' : autoSection(order, facts.autoRemark),
    removalSection(facts.changes),
    listSection(
      'Edited by hand since the last render, and **lost** with this request',
      (order.lostEdits ?? []).map(pathText),
    ),
    listSection(
      "Pushed here under Fairlead's name by somebody else, and **overwritten**",
      (order.overwritten ?? []).map((sentence) => quoted(sentence, 1_500)),
    ),
    listSection(
      'Warnings, and notes that do not check out and were ignored',
      (order.ignoredNotes ?? []).map((ignoredNote) => quoted(ignoredNote, 400)),
    ),
    ...commitSections(facts),
    ...overviewSections(facts.changes),
    changesSection(facts),
    listSection('Assigned, but not on main at this commit (skipped)', order.waiting.map(pathText)),
    footSection(facts),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function leadSection({ order, commitUrl, config: { direction } }: RequestFacts): string {
  const main = commitLink(order.revision.main, commitUrl);
  const config = commitLink(order.revision.config, commitUrl);
  const requester = order.requester
    ? ` Asked by ${quoted(asGiven(order.requester.by))}: ${quoted(order.requester.reason)}`
    : '';
  const which = direction === 'back' ? 'the config of then' : "today's config";
  const leads = {
    promotion: `Main ${main} with config ${config} for **${order.environment}**.`,
    'config change': `Config ${config} with main ${main} for **${order.environment}**.`,
    rollback: `Takes **${order.environment}** back to main ${main}, with ${which}, ${config}.${requester}`,
  };
  return leads[order.operation];
}

function autoSection({ gitops: { branch } }: OpenOrder, remark: AutoRemark): string {
  return `> The branch ${codeText(branch)} ${autoWords[remark]}`;
}

const bind = sentence(remedies.staleApprovals);
const require = sentence(remedies.requireSomething);

/** Each remark, as it goes on after the name of the branch. */
const autoWords: Readonly<Record<AutoRemark, string>> = {
  'merges at once': `requires neither checks nor reviews, and \`merge\` is \`auto\`: this request and those after it are merged at once. ${require}`,
  'merges once signed': `requires signed commits, but neither checks nor reviews, and \`merge\` is \`auto\`: this request and those after it are merged at once where Fairlead signs them. ${require}`,
  'may merge at once': `requires neither checks nor reviews in the rules that Fairlead may read, and \`merge\` is \`auto\`: unless a rule that it may not read asks for more, this request and those after it are merged at once. ${require}`,
  'keeps approvals': `keeps approvals when this request is rendered again, and \`merge\` is \`auto\`: an approval of what you see counts for what comes later, too. ${bind}`,
  'may keep approvals': `may keep approvals when this request is rendered again, which Fairlead may not read, and \`merge\` is \`auto\`: an approval of what you see would count for what comes later, too. ${bind}`,
};

/** Lists first the commits that the operation is about. Those of the other side are listed only where it moves. */
function commitSections({ order, main, config, commitUrl }: RequestFacts): readonly string[] {
  if (order.deployed === undefined) return ['Nothing was deployed here by Fairlead before.'];
  const mains = commitSection('Main', main, commitUrl);
  const configs = commitSection('Config', config, commitUrl);
  if (order.operation === 'config change') return main.total === 0 ? [configs] : [configs, mains];
  return config.total === 0 ? [mains] : [mains, configs];
}

function commitSection(
  which: string,
  { direction, commits, total }: CommitRange,
  commitUrl: RequestFacts['commitUrl'],
): string {
  const what = direction === 'back' ? 'taken back' : 'since the deployed one';
  const lines = commits.map((c) => `- ${commitLink(c.sha, commitUrl)} ${quoted(c.subject)} (${quoted(c.author.name)})`);
  const more = total - commits.length;
  return [`### ${which} commits ${what}: ${total}`, ...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}

/** Says how many objects are removed, and which. It stands before the commits, because a reviewer must not miss it. */
function removalSection({ removed = 0, removals = [] }: Partial<DescribedChanges> = {}): string {
  if (removed === 0) return '';
  return [`**${countOf(removed, 'object is', 'objects are')} removed.**`, ...removals]
    .map((line) => `> ${line}`)
    .join('\n');
}

/** Tells what a reviewer looks for before the rest: Namespaces, CustomResourceDefinitions, images, replicas; then counts by group. */
function overviewSections(changes: DescribedChanges | undefined): readonly string[] {
  const { highlights = [], byGroup = [] } = changes ?? {};
  return [
    ...(highlights.length === 0 ? [] : [['### At a glance', ...highlights].join('\n')]),
    ...(byGroup.length === 0 ? [] : [['### By group', ...byGroup].join('\n')]),
  ];
}

function changesSection({ changes, filesUrl }: RequestFacts): string {
  if (changes === undefined) {
    const files = filesUrl === undefined ? 'the files of this request' : `[the files of this request](${filesUrl})`;
    return `### Objects\n\nThese changes are too large to be compared here: look at ${files}.`;
  }
  const { counts, rewritten, text } = changes;
  const forms = rewritten === 0 ? '' : `${countOf(rewritten, 'file only gets', 'files only get')} another form.`;
  if (counts !== undefined) return [`### Objects: ${counts}`, text, ...(forms === '' ? [] : ['', forms])].join('\n');
  if (forms !== '') return `No object changes: ${forms}`;
  return 'No object changes: only the commits that the branch says it was rendered from.';
}

function listSection(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : [`### ${title}`, ...entries.map((entry) => `- ${entry}`)].join('\n');
}

/** Whoever pushes may choose long names: a few must not take all the room. */
function pathText(path: string): string {
  return codeText(cut(path, 300));
}

function footSection({ order, workflowUrl }: RequestFacts): string {
  const id = workflowUrl ? `[${order.workflowId}](${workflowUrl})` : `\`${order.workflowId}\``;
  return `---\nFairlead ${id}. Do not push to ${codeText(order.branch)}: it is rendered again when ${codeText(order.gitops.branch)} moves.`;
}

function commitLink(sha: string, commitUrl: RequestFacts['commitUrl']): string {
  const url = commitUrl(sha);
  return url ? `[\`${shortSha(sha)}\`](${url})` : `\`${shortSha(sha)}\``;
}

/** Puts a text from commits or people into a line of the body. */
function quoted(text: string, longest = 120): string {
  return markdownText(cut(text, longest));
}
