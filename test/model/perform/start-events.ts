import { noteLines } from '../oracle/record-lines.ts';
import { whenThere } from '../sequence/quiet.ts';
import type { Sequence } from '../sequence/sequence.ts';
import { shortId } from '../sequence/sequence-steps.ts';
import { environmentOf, firstOf, type Performers, picked } from './performer.ts';

export const startEvents: Performers<'commit' | 'promote' | 'config' | 'apply' | 'rollback' | 'rollback promotion'> = {
  async commit({ world, people }, { web, api, start }) {
    const commit = world.source.commitMain({ web, api });
    for (let times = 0; times < start; times++) await people.promote(commit, false);
    return `main ${world.source.main.length - 1} is ${commit.slice(0, 8)}`;
  },
  async promote({ world, people }, { back, again }) {
    const commit = picked([...world.source.main].reverse(), back) ?? '';
    return shortId(await people.promote(commit, again));
  },
  async config(sequence, { environment, change, apply }) {
    const { world, people } = sequence;
    const name = environmentOf(sequence, environment);
    const commit = world.source.commitConfig(name, change);
    if (apply) await people.applyConfig(name, commit);
    return `config ${(world.source.config.get(name)?.length ?? 0) - 1} of ${name} is ${commit.slice(0, 8)}`;
  },
  async apply(sequence, { environment, back }) {
    const { world, people } = sequence;
    const name = environmentOf(sequence, environment);
    const commit = picked([...(world.source.config.get(name) ?? [])].reverse(), back) ?? '';
    await people.applyConfig(name, commit);
    return `config ${world.source.config.get(name)?.indexOf(commit)} of ${name}`;
  },
  async rollback(sequence, { environment, to, config, force }) {
    const { world, people, invariants } = sequence;
    const found = await whenThere(sequence, () => firstOf(sequence, environment, healthyMains), 5);
    const name = found?.name ?? environmentOf(sequence, environment);
    const target = to === undefined ? undefined : world.source.main.at(-1 - to);
    const reason = invariants.reasonFor(config);
    const asked = { environment: name, by: 'rob', reason, config, force };
    await people.rollBack({ ...asked, ...(target !== undefined && { to: target }) });
    return `${name} back to ${target === undefined ? 'the default' : `main ${world.source.main.indexOf(target)}`}`;
  },
  async 'rollback promotion'({ world, people, invariants }, { back, config }) {
    const commit = picked([...world.source.main].reverse(), back) ?? '';
    const reason = invariants.reasonFor(config);
    return shortId(await people.rollBackPromotion({ commit, by: 'rob', reason, config }));
  },
};

/** Counts the main commits that were healthy; undefined where there is nothing to go back to yet. */
function healthyMains({ world }: Sequence, environment: string): number | undefined {
  const healthy = noteLines(world.gitops, environment).filter(({ event }) => event === 'promoted');
  const { size } = new Set(healthy.map(({ main }) => main));
  return size > 1 ? size : undefined;
}
