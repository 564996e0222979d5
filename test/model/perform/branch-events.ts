import { printEntry } from '../../../src/record/lines.ts';
import { byHand } from '../check/branch-history.ts';
import { provenanceOf } from '../oracle/deployed.ts';
import { blobId } from '../oracle/renders.ts';
import { whenThere } from '../sequence/quiet.ts';
import type { Sequence } from '../sequence/sequence.ts';
import { environmentOf, firstOf, nothing, type Performers, picked } from './performer.ts';
import { pushCommit } from './push-commit.ts';

export const branchEvents: Performers<'revert' | 'edit' | 'forged note' | 'hold' | 'resume' | 'flux'> = {
  /** Takes back the last merge to the environment's branch. */
  async revert(sequence, { environment }) {
    const { world, invariants } = sequence;
    const found = await whenThere(sequence, () => firstOf(sequence, environment, lastMerge), 5);
    if (!found) return nothing;
    const { name, found: commit } = found;
    const back = await invariants.reverting(() => world.forge.revertBy('rita', commit, name));
    return `${commit.slice(0, 8)} of ${name}: ${back.slice(0, 8)}`;
  },
  async edit(sequence, { environment, where }) {
    const name = environmentOf(sequence, environment);
    const { world, invariants } = sequence;
    const ours =
      where === 'ours' ? world.gitops.file(world.gitops.ref(`refs/heads/${name}`) ?? '', webFile) : undefined;
    if (where === 'ours' && ours === undefined) return nothing;
    const folder = where === 'elsewhere' ? 'notes' : 'one/apps/web';
    const path = ours === undefined ? `${folder}/${byHand}-${Date.now() % 1000}.yaml` : webFile;
    const text = ours === undefined ? 'a: 1\n' : `${ours}# ${byHand}\n`;
    if (ours !== undefined) invariants.handMade.add(blobId(text));
    const commit = pushCommit(sequence, name, { files: new Map([[path, text]]), message: 'Edit by hand' });
    return `${path} on ${name}: ${commit?.slice(0, 8)}`;
  },
  /** Writes a note that says what is not true, or was asked by nobody: who may push may also write notes. */
  async 'forged note'(sequence, { environment, back }) {
    const { world } = sequence;
    const { gitops, source } = world;
    const name = environmentOf(sequence, environment);
    const main = picked([...source.main].reverse(), back) ?? '';
    const config = source.configHead(name);
    const head = gitops.ref(`refs/heads/${name}`) ?? '';
    const ref = `refs/notes/fairlead/${name}`;
    const parent = gitops.ref(ref);
    const before = parent === undefined ? [] : [...gitops.files(parent)];
    const notes = new Map(before.map(([path, { oid }]) => [path, gitops.blob(oid).toString('utf8')]));
    const line = printEntry({ time: new Date().toISOString(), event: 'deployed', main, config, by: 'mallory' });
    notes.set(head, `${notes.get(head) ?? ''}${line}\n`);
    const commit = gitops.writeCommit({
      tree: gitops.writeTree(notes),
      parents: parent === undefined ? [] : [parent],
      message: 'Notes',
      person: 'Mallory',
      seconds: Math.floor(Date.now() / 1000),
    });
    const isDone = gitops.moveRef(ref, parent, commit);
    return `main ${source.main.indexOf(main)} deployed in ${name}${isDone ? '' : ', but somebody was faster'}`;
  },
  async hold(sequence, { environment, config, forMs }) {
    const name = environmentOf(sequence, environment);
    const until = forMs === undefined ? {} : { until: new Date(Date.now() + forMs).toISOString() };
    return sequence.people.tellLane(name, 'hold', { by: 'hal', reason: 'not now', config, ...until });
  },
  resume: (sequence, { environment }) =>
    sequence.people.tellLane(environmentOf(sequence, environment), 'resume', { by: 'hal', reason: 'go on' }),
  async flux(sequence, { environment, mood }) {
    const name = environmentOf(sequence, environment);
    sequence.world.fleet.set(name, mood);
    return `${name} is ${mood}`;
  },
};

const webFile = 'one/apps/web/web.yaml';

/** Answers the last merge; undefined where there is none, or nothing of ours was there before it. */
async function lastMerge({ world }: Sequence, environment: string): Promise<string | undefined> {
  const merged = (await world.forge.requests()).filter(({ base, state }) => base === environment && state === 'merged');
  const commit = merged.at(-1)?.mergeCommit;
  const before = commit === undefined ? undefined : world.gitops.commit(commit).parents[0];
  return before !== undefined && provenanceOf(world.gitops, before) ? commit : undefined;
}
