import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FluxRig, startRig } from './cluster/rig.ts';
import { playScene, type SceneFailure } from './play/play.ts';
import type { Scene, Todo } from './scenes/scene.ts';
import { scenes } from './scenes/scenes.ts';

let rig: FluxRig;
// Scenes that stop an API server would stop it for each other.
const outages = pLimit(1);

beforeAll(async () => {
  rig = await startRig();
});

afterAll(async () => {
  await rig?.close();
});

const titled = scenes.map((scene, index) => ({
  scene,
  title: scene.todo ? `${scene.name} (todo: ${scene.todo.why})` : scene.name,
  play: () => Promise.race([playScene(rig, scene, { namespace: `scene-${index + 1}` }), rig.broken]),
}));

describe.concurrent('on real Flux', () => {
  for (const { scene, title, play } of titled) {
    test(title, async () => {
      const failure = await (usesOutage(scene) ? outages(play) : play());
      if (scene.todo) checkTodo(title, scene.todo, failure);
      else if (failure) throw failure;
    });
  }
});

function usesOutage({ cluster, beside }: Scene): boolean {
  return cluster === 'outage' || beside === 'outage';
}

/** Wants the failure that the mark names, so that nothing else hides behind it, and that it goes when it is mended. */
function checkTodo(title: string, { fails, says = '' }: Todo, failure: SceneFailure | undefined): void {
  expect(failure, 'it goes as it must now: remove its mark `todo`').toBeDefined();
  expect(failure?.message).toContain(`${fails}: `);
  expect(failure?.message).toContain(says);
  console.log(`todo: ${title}\n  ${failure?.message.split('\n')[0]}`);
}
