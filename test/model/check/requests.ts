import type { RequestView } from '../memory-request.ts';
import type { World } from '../world/world.ts';
import { Violation } from './violation.ts';

/** The login that opens and merges requests for Fairlead. */
export const bot = 'fairlead-bot';

/** Checks invariant 4: at most one open request of a kind for an environment, and those of others are left alone. */
export function checkRequests(world: World, requests: readonly RequestView[]): void {
  for (const environment of world.environments) {
    const open = requests.filter(({ state, base }) => state === 'open' && base === environment);
    const from = (pattern: RegExp) => open.filter(({ author, head }) => author === bot && pattern.test(head.branch));
    atMostOne(environment, 'promotion', from(/^(deploy|rollback)\//));
    atMostOne(environment, 'config', from(/^configure\//));
  }
  for (const request of requests) if (request.author !== bot) untouched(request);
}

function atMostOne(environment: string, kind: string, open: readonly RequestView[]): void {
  if (open.length < 2) return;
  const which = open.map(({ number, head }) => `#${number} from ${head.branch}`).join(' and ');
  throw new Violation('4 one open request', `${environment} has ${open.length} open ${kind} requests: ${which}`);
}

function untouched({ number, comments, endedBy, author, head }: RequestView): void {
  const isOurs = comments.some((comment) => comment.author === bot) || endedBy === bot;
  if (isOurs) throw new Violation('4 foreign untouched', `#${number} of ${author} from ${head.branch} was touched`);
}
