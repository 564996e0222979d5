import { parseArgs } from 'node:util';
import { startRig } from '../cluster/rig.ts';
import { playScene, type SceneFailure } from '../play/play.ts';
import type { Scene } from '../scenes/scene.ts';
import { randomScenes } from './random-scene.ts';

/*
 * Plays random scenes on real Flux for some minutes, several side by side; the oracle looks at every healthy verdict.
 * Prints the seed, and the scene of each false green. `--only N` plays one scene of the seed.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    'side-by-side': { type: 'string', default: '16' },
    only: { type: 'string' },
  },
});
const [minutes, seed, places] = [values.minutes, values.seed, values['side-by-side']].map(Number) as [
  number,
  number,
  number,
];
/** More than are played in any time that a person waits. */
const mostScenes = 5_000;

console.log(`random scenes of seed ${seed} for ${minutes} min, ${places} side by side`);
const rig = await startRig();
const until = Date.now() + minutes * 60_000;
const scenes = randomScenes(seed, mostScenes);
const waiting = values.only === undefined ? [...scenes] : scenes.slice(Number(values.only) - 1, Number(values.only));
let played = 0;
/** A run in which nothing is ever green proves nothing. */
const healthy = new Set<string>();
let failures = 0;
const began = Date.now();
try {
  await Promise.race([Promise.all(Array.from({ length: places }, () => playInTurn())), rig.broken]);
} finally {
  await rig.close();
}
console.log(
  `${played} scenes of seed ${seed} in ${Math.round((Date.now() - began) / 1000)} s: ${healthy.size} were healthy at least once, ${failures} false greens`,
);
process.exitCode = failures === 0 && healthy.size > 0 ? 0 : 1;

async function playInTurn(): Promise<void> {
  for (let scene = waiting.shift(); scene !== undefined && Date.now() < until; scene = waiting.shift()) {
    const namespace = `random-${scene.name.split(' ')[0]}`;
    const play = playScene(rig, scene, { namespace, onHealthy: () => healthy.add(scene.name) });
    const failure = await play.catch(unlessMissing);
    played += 1;
    if (failure !== undefined) note(scene, failure);
    if (played % 10 === 0) console.log(`${played} played, ${failures} false greens`);
  }
}

function note(scene: Scene, { message }: SceneFailure): void {
  failures += 1;
  console.log(`\nscene ${scene.name}: ${message}\n${JSON.stringify(scene)}\n`);
}

/** Ends a scene early whose fault is about an object that is not there: the commit had none. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && error.message.includes(': 404 ')) return undefined;
  throw error;
}
