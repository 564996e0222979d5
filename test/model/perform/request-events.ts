import { mergeTree } from '../../../fakes/github/git/compare.ts';
import { git } from '../../../fakes/github/git/run.ts';
import { byHand } from '../check/branch-history.ts';
import { bot } from '../check/requests.ts';
import type { RequestView } from '../memory-request.ts';
import { whenThere } from '../sequence/quiet.ts';
import type { Sequence } from '../sequence/sequence.ts';
import { environmentOf, nothing, type Performers, picked } from './performer.ts';
import { pushCommit } from './push-commit.ts';

export const requestEvents: Performers<'merge' | 'close' | 'push' | 'update' | 'foreign request'> = {
  async merge(sequence, { pick, method }) {
    const request = await pickRequest(sequence, pick);
    if (!request) return nothing;
    const outcome = await sequence.world.forge.mergeBy('mia', request.number, method);
    if (outcome === 'merged') sequence.rig.coverage.add(`merged by hand: ${method}`);
    return `${requestWords(request)}: ${outcome}`;
  },
  async close(sequence, { pick }) {
    const request = await pickRequest(sequence, pick);
    if (!request) return nothing;
    await sequence.world.forge.closeBy('cleo', request.number);
    return requestWords(request);
  },
  async push(sequence, { pick }) {
    const request = await pickRequest(sequence, pick, isOurs);
    if (!request) return nothing;
    const files = new Map([
      [`one/apps/web/${byHand}-${sequence.world.gitops.refs('refs/heads').length}.yaml`, 'a: 1\n'],
    ]);
    pushCommit(sequence, request.head.branch, { files, message: 'Push to a branch of Fairlead' });
    return requestWords(request);
  },
  /** Presses *Update branch*: the forge merges the environment's branch into ours. */
  async update(sequence, { pick }) {
    const request = await pickRequest(sequence, pick, isOurs);
    if (!request) return nothing;
    const { gitopsUrl, gitops } = sequence.world;
    const [ours, theirs] = [request.head.branch, request.base].map((branch) => gitops.ref(`refs/heads/${branch}`));
    const tree = ours && theirs && (await mergeTree(gitopsUrl, ours, theirs));
    if (!ours || !theirs || !tree) return `${requestWords(request)}: they conflict, or are gone`;
    const who = { GIT_AUTHOR_NAME: 'uma', GIT_AUTHOR_EMAIL: 'uma@example.org' };
    const merged = await git(gitopsUrl, ['commit-tree', tree, '-p', ours, '-p', theirs, '-m', 'Update branch'], {
      ...who,
      GIT_COMMITTER_NAME: 'forge',
      GIT_COMMITTER_EMAIL: 'noreply@forge.example',
    });
    await git(gitopsUrl, ['update-ref', `refs/heads/${request.head.branch}`, merged, ours]).catch(() => undefined);
    return requestWords(request);
  },
  async 'foreign request'(sequence, { environment }) {
    const { world } = sequence;
    const base = environmentOf(sequence, environment);
    const branch = `deploy/by-${world.gitops.refs('refs/heads').length}/${base}`;
    world.gitops.setRef(`refs/heads/${branch}`, world.gitops.ref(`refs/heads/${base}`) ?? '');
    const files = new Map([[`notes/${byHand}.md`, `${branch}\n`]]);
    pushCommit(sequence, branch, { files, message: 'Work of somebody else' });
    const { number } = await world.forge.openForeign(branch, base, 'flo');
    return `#${number} from ${branch}`;
  },
};

async function openOnes({ world }: Sequence): Promise<readonly RequestView[]> {
  return (await world.forge.requests()).filter(({ state }) => state === 'open');
}

/** Picks the request that a person turns to; undefined where none comes. */
function pickRequest(
  sequence: Sequence,
  pick: number,
  suits: (request: RequestView) => boolean = () => true,
): Promise<RequestView | undefined> {
  return whenThere(sequence, async () => picked((await openOnes(sequence)).filter(suits), pick), 5);
}

function isOurs({ author }: RequestView): boolean {
  return author === bot;
}

function requestWords({ number, head: { branch, sha } }: RequestView): string {
  return `#${number} from ${branch.replace(/[0-9a-f]{40}/, (main) => main.slice(0, 8))} at ${sha.slice(0, 8)}`;
}
