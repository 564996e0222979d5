import { environmentOf, type Performers } from './performer.ts';

export const machineEvents: Performers<'restart' | 'lose lane' | 'forge fails' | 'lose answer' | 'stall'> = {
  async restart({ rig }) {
    await rig.restartWorker();
    return '';
  },
  async 'lose lane'(sequence, { environment }) {
    const lane = sequence.people.laneId(environmentOf(sequence, environment));
    await sequence.people.terminate(lane);
    return lane;
  },
  async 'forge fails'({ world }, { calls, when }) {
    world.forge.failNext(calls, when);
    return '';
  },
  async 'lose answer'({ interference }, event) {
    interference.add(event);
    return '';
  },
  async stall({ interference }, event) {
    interference.add(event);
    return '';
  },
};
