import type { Performers } from './performer.ts';

export const machineEvents: Performers<'restart' | 'forge fails' | 'lose answer' | 'stall'> = {
  async restart({ rig }) {
    await rig.restartWorker();
    return '';
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
