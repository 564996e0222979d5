import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import { newerFormat } from '../../version.ts';
import { readPrinted } from './printed-provenance.ts';

/** The path at which a branch says what it was rendered from. */
export const provenancePath = '.fairlead/provenance.yaml';

/** The pair that a GitOps commit was rendered from, and the extent of the render. */
export interface Provenance {
  /** The pair of commits, full ids. */
  readonly revision: { readonly main: string; readonly config: string };
  /** Group → its categories: the folders that are Fairlead's. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The versions of the programs that rendered it. */
  readonly renderer: Readonly<Record<string, string>>;
}

/** The version of the file's format. It grows with changes that an older reader must not pass over. */
const formatVersion = 1;

/** The length of a file that somebody has edited by hand, or a formatter: the parser takes a second for ten times as much. */
const mostByHand = 16 * 1024;

const headComment = '# Written by Fairlead: what the folders of these groups were rendered from.\n';

/** Writes `.fairlead/provenance.yaml`. The revision stands on one line, so that two requests conflict on it. */
export function printProvenance({ revision, groups, renderer }: Provenance): string {
  const groupLines = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, categories]) => `  ${JSON.stringify(group)}: ${flowList([...categories].sort())}\n`);
  const versionLines = Object.entries(renderer)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) => `  ${JSON.stringify(name)}: ${JSON.stringify(version)}\n`);
  return (
    `${headComment}format: ${formatVersion}\nrevision: ${revision.main}+${revision.config}\n` +
    `groups:${groupLines.length === 0 ? ' {}' : ''}\n${groupLines.join('')}` +
    `renderer:${versionLines.length === 0 ? ' {}' : ''}\n${versionLines.join('')}`
  );
}

/**
 * Reads `.fairlead/provenance.yaml`. Keys that this version does not know are passed over. Throws `Failure`
 * InvalidInput for a file that is damaged, with what is wrong in it, and Refused for one of a newer format.
 */
export function parseProvenance(text: string): Provenance {
  if (text.length > limits.kustomizationBytes)
    throw damageFailure(`it has more than ${bytesText(limits.kustomizationBytes)}`);
  const printed = readPrinted(text);
  if (printed !== undefined) {
    for (const [group, categories] of printed.groups) for (const path of [group, ...categories]) refuseEscape(path);
    return printed;
  }
  if (text.length > mostByHand)
    throw damageFailure(`it is written otherwise than by Fairlead, and has more than ${bytesText(mostByHand)}`);
  if (isNestedTooDeep(text)) throw damageFailure('its lists and maps are nested too deep');
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw damageFailure(error.message);
  const root = document.contents;
  if (!isMap(root)) throw damageFailure('it is not a map');
  const written = root.get('format') ?? formatVersion;
  if (!Number.isSafeInteger(written) || Number(written) < 1)
    throw damageFailure(`format is ${JSON.stringify(written)}`);
  if (Number(written) > formatVersion) throw newerFormat(provenancePath, Number(written), formatVersion);
  const revision = root.get('revision');
  const pair = typeof revision === 'string' ? /^([0-9a-f]{40})\+([0-9a-f]{40})$/.exec(revision) : undefined;
  const [, main, config] = pair ?? [];
  if (main === undefined || config === undefined) {
    throw damageFailure(`revision is ${JSON.stringify(revision) ?? 'missing'}, not <main sha>+<config sha>`);
  }
  return {
    revision: { main, config },
    groups: parseGroups(root.get('groups')),
    renderer: parseVersions(root.get('renderer')),
  };
}

function parseGroups(node: unknown): ReadonlyMap<string, readonly string[]> {
  if (!isMap(node)) throw damageFailure('groups is not a map of group and categories');
  const groups = new Map<string, readonly string[]>();
  for (const { key, value } of node.items) {
    if (!isScalar(key) || !isSeq(value)) throw damageFailure('groups is not a map of group and categories');
    const categories = value.items.map((item) => String(isScalar(item) ? item.value : item));
    for (const path of [String(key.value), ...categories]) refuseEscape(path);
    groups.set(String(key.value), categories);
  }
  return groups;
}

/**
 * Refuses paths that lead elsewhere: the folders that are named here are replaced or removed, and people can edit the
 * file.
 */
function refuseEscape(path: string): void {
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..' || name.startsWith('.'))) {
    throw damageFailure(`${JSON.stringify(path)} is no group or category`);
  }
}

function parseVersions(node: unknown): Readonly<Record<string, string>> {
  if (!isMap(node)) return {};
  return Object.fromEntries(
    node.items.flatMap(({ key, value }) =>
      isScalar(key) && isScalar(value) ? [[String(key.value), String(value.value)]] : [],
    ),
  );
}

function flowList(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(', ')}]`;
}

function damageFailure(what: string): Failure {
  return new Failure(
    'InvalidInput',
    `${provenancePath} is damaged: ${what}. Restore it from the branch's history; Fairlead does not guess what is deployed.`,
  );
}
