import type { Narrator } from './narrator.ts';
import type { Rig } from './rig/rig.ts';
import { closing } from './scenes/closing.ts';
import { configCommit } from './scenes/config-commit.ts';
import { fault } from './scenes/fault.ts';
import { firstCommit } from './scenes/first-commit.ts';
import { type Awaited, fix } from './scenes/fix.ts';
import { type AskApproval, newerCommit } from './scenes/newer-commit.ts';
import { withStage } from './scenes/stage.ts';

/** Tells what happens when changes meet, in five scenes. Throws where what a scene tells does not happen. */
export function tellStory(rig: Rig, narrator: Narrator, askApproval: AskApproval): Promise<Awaited> {
  return withStage(rig, narrator, async (stage) => {
    const waiting = await firstCommit(stage);
    await configCommit(stage, waiting);
    await newerCommit(stage, waiting, askApproval);
    await fault(stage);
    const awaited = await fix(stage);
    await closing(stage);
    return awaited;
  });
}
