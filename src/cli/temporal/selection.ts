import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';
import { isUnknownAttribute } from '../../temporal/client.ts';
import { listedAtOnce } from '../../temporal/codec/listing-client.ts';
import type { Session, WorkflowInfo } from './session.ts';

/*
 * A server lets few lists and counts through in a second, ten where nobody has changed that. So a list that Temporal
 * gives anyway is looked through first, and what it does not reach is asked for one after the other.
 */

/** Which workflows a list is made of. */
export interface SelectionOrder {
  /** The visibility query that lets through all that may be listed. */
  readonly query: string;
  /** That for those of them that run; undefined: `query` lets through no others. */
  readonly running?: string;
  /** Their types. */
  readonly types: readonly string[];
  /** How many of the newest are taken, and of those that may wait for a person. */
  readonly most: number;
  /** The states in which one may wait for a person. */
  readonly waiting?: readonly string[];
}

/** The workflows of a list that may have no room for all of them. */
export interface Selection {
  /** How many fit the query. */
  readonly total: number;
  /** The newest, and whatever their age those that have a trouble or may wait for a person, as their attributes say. */
  readonly listed: readonly WorkflowInfo[];
  /** Some of the oldest of each type: Fairlead's attributes cannot say that the task of a workflow fails. */
  readonly oldest: readonly WorkflowInfo[];
}

/** How many of what runs are listed, at least, and looked through. */
const leastScanned = 100;

/** How many of each type are looked at for a task that fails. */
const oldestOfType = 5;

/** How often the oldest of many are looked for. */
const mostLooks = 10;

/**
 * The attribute with which a server of 1.30 or later marks workflows whose task fails again and again, where it is set up
 * to do so. An older one does not know it.
 */
const reportedProblems = 'TemporalReportedProblems';
const troubleNames = [searchAttributes.trouble.name, reportedProblems];

/** Selects what a list shows. Where an attribute is not registered, nothing is found by it. */
export async function selectWorkflows(session: Session, order: SelectionOrder): Promise<Selection> {
  const { query, running = query, most } = order;
  const scanned = Math.max(most, leastScanned);
  const found = await session.list(running, scanned);
  const newest = running === query ? found.slice(0, most) : await session.list(query, most);
  const isWhole = found.length < scanned;
  const total = isWhole && running === query ? found.length : await session.count(query);
  const { urgent, oldest } = isWhole ? choose(found, order) : await search(session, { ...order, running });
  const listed = withoutRepeats([...newest, ...choose(found, order).urgent, ...urgent]);
  const runs = new Set(listed.map(({ runId }) => runId));
  return { total, listed, oldest: withoutRepeats(oldest).filter(({ runId }) => !runs.has(runId)) };
}

interface Choice {
  readonly urgent: readonly WorkflowInfo[];
  readonly oldest: readonly WorkflowInfo[];
}

/** Chooses among workflows, the newest first. */
function choose(found: readonly WorkflowInfo[], { types, most, waiting = [] }: SelectionOrder): Choice {
  const valuesOf = ({ searchAttributes: known }: WorkflowInfo, name: string) => known?.[name] ?? [];
  const troubled = found.filter((info) => troubleNames.some((name) => valuesOf(info, name).length > 0));
  const open = found.filter((info) =>
    valuesOf(info, searchAttributes.state.name).some((state) => waiting.includes(String(state))),
  );
  const oldest = types.flatMap((type) => found.filter((info) => info.type === type).slice(-oldestOfType));
  return { urgent: [...troubled, ...open.slice(-most)], oldest };
}

/** Asks for what the list of the newest does not reach. */
async function search(
  session: Session,
  { running, types, most, waiting = [] }: SelectionOrder & { readonly running: string },
): Promise<Choice> {
  const states = waiting.map((state) => `'${state}'`).join(', ');
  const conditions = [
    ...troubleNames.map((name) => `${name} IS NOT NULL`),
    ...(states === '' ? [] : [`${searchAttributes.state.name} IN (${states})`]),
  ];
  const urgent: WorkflowInfo[] = [];
  for (const condition of conditions) urgent.push(...(await listKnown(session, `${running} AND ${condition}`, most)));
  const oldest: WorkflowInfo[] = [];
  for (const type of types)
    oldest.push(...(await listOldest(session, `${running} AND WorkflowType = '${type}'`, oldestOfType)));
  return { urgent, oldest };
}

/**
 * Lists the oldest workflows that fit a query, `most` at most. Temporal lists the newest first, so the oldest are looked
 * for by their age. Where very many began within a short time, those that are listed are some of them.
 */
export async function listOldest(session: Session, query: string, most: number): Promise<readonly WorkflowInfo[]> {
  const page = Math.max(most + 1, listedAtOnce);
  let found = await session.list(query, page);
  const now = Date.now();
  // Before this, too few began: these.
  let few: { readonly before: number; readonly found: readonly WorkflowInfo[] } | undefined;
  for (let look = 0; look < mostLooks && found.length === page; look += 1) {
    const last = found.at(-1)?.startTime.getTime() ?? now;
    const before: number = few === undefined ? now - 4 * Math.max(1, now - last) : Math.floor((few.before + last) / 2);
    const older = await session.list(`${query} AND StartTime < '${new Date(before).toISOString()}'`, page);
    if (older.length < most) few = { before, found: older };
    else found = older;
  }
  return withoutRepeats([...found, ...(few?.found ?? [])]).slice(-most);
}

async function listKnown(session: Session, query: string, most: number): Promise<readonly WorkflowInfo[]> {
  try {
    return await listOldest(session, query, most);
  } catch (error) {
    if (isUnknownAttribute(error)) return [];
    throw error;
  }
}

function withoutRepeats(infos: readonly WorkflowInfo[]): readonly WorkflowInfo[] {
  return [...new Map(infos.map((info) => [info.runId, info])).values()];
}
