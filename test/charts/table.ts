import type { ChartResult } from './try-chart.ts';

/** The most of a refusal that a row shows. */
const longestReason = 160;

/** Writes the table, and above it how many charts need what. */
export function chartTable(results: readonly ChartResult[]): string {
  const rows = [...results].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(rowOf);
  return [
    summary(results),
    '',
    '| chart | of | version | needs | objects |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.name} | ${row.owner} | ${row.version} | ${row.needs} | ${row.objects} |`),
    '',
  ].join('\n');
}

function summary(all: readonly ChartResult[]): string {
  const tried = all.filter(({ problem }) => problem === undefined || !lacksDependency(problem));
  const rendered = tried.filter(({ problem }) => problem === undefined);
  const withLines = (least: number, most: number) =>
    rendered.filter(({ answers }) => answers.length >= least && answers.length <= most).length;
  const failing = (...names: readonly string[]) =>
    tried.filter(({ problem }) => problem !== undefined && names.includes(kindOf(bare(problem))[0])).length;
  return [
    `${tried.length} charts with their default values: ${withLines(0, 0)} render as they are, ${withLines(1, 2)} with one or two lines of`,
    `\`helm.yaml\`, ${withLines(3, 1_000)} with more. ${failing('values')} ask for values themselves, ${failing('no objects')} have no objects, ${failing('refused', 'unstable')} are refused.`,
    ...(all.length > tried.length
      ? [`Of ${all.length - tried.length} more a dependency was not at hand, so that they were not tried.`]
      : []),
  ].join('\n');
}

function key({ name, owner }: ChartResult): string {
  return `${name} ${owner}`;
}

function rowOf({ owner, name, version, fetched, answers, objects, problem }: ChartResult) {
  const unstable = answers.filter(({ kind }) => kind === 'unstable').length;
  const needs = [
    ...(fetched > 0 ? [`vendor (${fetched === 1 ? '1 dependency' : `${fetched} dependencies`})`] : []),
    ...(answers.some(({ kind }) => kind === 'hooks') ? ['hooks'] : []),
    ...(unstable > 0 ? [`unstable (${unstable})`] : []),
    ...(problem === undefined ? [] : [reason(problem)]),
  ];
  return { owner, name, version, needs: needs.join(', ') || 'nothing', objects: problem === undefined ? objects : '' };
}

/** Says in one line of a table why a chart does not render. */
function reason(problem: string): string {
  const [kind, said] = kindOf(bare(problem));
  if (kind === 'no objects') return kind;
  const short = said.length > longestReason ? `${said.slice(0, longestReason)}…` : said;
  return `${kind}: \`${short.replaceAll('|', '¦').replaceAll('`', "'")}\``;
}

/** Leaves out where the trial had the chart, which says nothing about it. */
function bare(problem: string): string {
  return problem
    .replace(/^dev cannot be rendered: (?:.*?config config\): )?/s, '')
    .replace(/^apps\/chart\/helm\.yaml: /, '')
    .replace(/(?:http|oci):\/\/127\.0\.0\.1:\d+\/charts\//g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A dependency that is not among the charts of the folder. */
const missing =
  /\/([^/\s:]+): (?:the index of \S+ has no chart|there is no version)|^([^/\s:]+): (?:the index of \S+ has no chart|there is no version)|its dependency (\S+) /;

function lacksDependency(problem: string): boolean {
  return /the index of \S+ has no chart|there is no version|its dependency/.test(problem);
}

/** What a refusal means, by its words; the group is what is said of it. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/changes from run to run[^:]*[:,] ?(.*)/, 'unstable'],
  [/execution error at \([^)]*\): (.*)/, 'values'],
  [/error calling (?:fail|required): (.*)/, 'values'],
  [/(failing loading "https?:[^"]*")/, 'refused'],
  [/(values don't meet the specifications of the schema.*)/, 'values'],
  [/(yields an object)/, 'no objects'],
];

function kindOf(text: string): readonly [string, string] {
  if (lacksDependency(text)) {
    const [, ...names] = missing.exec(text) ?? [];
    return ['not tried', `without ${names.find((name) => name !== undefined) ?? text}`];
  }
  for (const [pattern, kind] of kinds) {
    const said = pattern.exec(text)?.[1];
    if (said !== undefined) return [kind, said];
  }
  return ['refused', text];
}
