import { cutMiddle } from '../cut.ts';
import { acceptOptions, unhealthyOf } from './accept.ts';
import { count } from './details.ts';
import type { ClusterStatus, FleetStatus } from './status.ts';

/** The environment that a rollout is stuck in, and how people refer to the operation. */
export interface RolloutPlace {
  readonly environment: string;
  /** What `fairlead retry` takes: an id, or the first digits of a commit. */
  readonly reference: string;
}

/** Clusters that say the same. */
export interface SameTrouble {
  readonly names: readonly string[];
  readonly awaited: string;
}

const longestAwaited = 400;
const listedNames = 5;

/** Groups clusters by what is awaited of them, in their order, so that the same is said once. */
export function sameTrouble(others: readonly Pick<ClusterStatus, 'name' | 'awaited'>[]): readonly SameTrouble[] {
  const groups = new Map<string, string[]>();
  for (const { name, awaited } of others) {
    const known = groups.get(awaited);
    if (known) known.push(name);
    else groups.set(awaited, [name]);
  }
  return [...groups].map(([awaited, names]) => ({ names, awaited }));
}

/** Says in one clause what is awaited of which clusters. */
export function troubleWords({ names, awaited }: SameTrouble): string {
  const more = names.length - listedNames;
  const listed = names.slice(0, listedNames).join(', ');
  return `${listed}${more > 0 ? ` and ${more} more` : ''}: ${cutMiddle(awaited, longestAwaited).replace(/\.$/, '')}`;
}

/** Writes what is wrong on clusters and no reason to wait; what several of them say the same is said once. */
export function warningWords(
  clusters: readonly { readonly name: string; readonly warnings?: readonly string[] }[],
): readonly string[] {
  const all = clusters.flatMap(({ name, warnings = [] }) => warnings.map((awaited) => ({ name, awaited })));
  return sameTrouble(all).map((each) => `${troubleWords(each)}.`);
}

/**
 * Says what a person who must decide about a rollout needs to know: how many clusters are healthy, what the most telling
 * trouble is and where, and the commands that help.
 */
export function rolloutTrouble(fleet: FleetStatus, place: RolloutPlace): string {
  const [first] = sameTrouble(fleet.others);
  const more = fleet.total - fleet.healthy - (first?.names.length ?? 0);
  const rest = more > 0 ? ` ${more} more ${more > 1 ? 'are' : 'is'} not healthy.` : '';
  const trouble = first === undefined ? '' : ` ${troubleWords(first)}.${rest}`;
  return `${count(fleet)} clusters of ${place.environment} are healthy.${trouble} ${commandsFor(fleet, place)}`;
}

function commandsFor(fleet: FleetStatus, { environment, reference }: RolloutPlace): string {
  const options = acceptOptions(unhealthyOf({ fleet }));
  const it = `${reference} ${environment}`;
  return [
    retryWords(it),
    `To go on without the named clusters: fairlead accept ${it}${options} --reason "…".`,
    `To go back: fairlead rollback ${environment} --reason "…".`,
    abortWords(it),
  ].join(' ');
}

/** Adds the commands that help to what a person must decide about, unless it names them already. */
export function withWaysOut(message: string, { environment, reference }: RolloutPlace): string {
  if (message.includes('fairlead retry ')) return message;
  const it = `${reference} ${environment}`;
  return `${message.replace(/[.!?]?\s*$/, (end) => end.trim() || '.')} ${retryWords(it)} ${abortWords(it)}`;
}

function retryWords(it: string): string {
  return `When it is mended: fairlead retry ${it}.`;
}

function abortWords(it: string): string {
  return `To end it: fairlead abort ${it} --reason "…".`;
}
