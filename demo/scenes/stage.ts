import { Client, Connection } from '@temporalio/client';
import { configId, promotionId, rollbackId } from '../../src/operation/messages.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { type Follower, follow } from '../follow.ts';
import type { RequestOnForge } from '../forge/world-forge.ts';
import type { Narrator } from '../narrator.ts';
import { runCli } from '../rig/cli.ts';
import type { Rig } from '../rig/rig.ts';

/** What every scene acts with: each command is told and run as a person would type it. */
export interface Stage {
  readonly rig: Rig;
  readonly narrator: Narrator;
  /** Runs `fairlead …`, and tells the first line of its answer. */
  fairlead(...args: readonly string[]): Promise<void>;
  /** Runs `fairlead …`, and tells all of its answer. */
  show(...args: readonly string[]): Promise<void>;
  promote(commit: string): Promise<Follower>;
  followConfig(environment: string): Follower;
  followRollback(environment: string): Follower;
  /** Answers the page of a workflow in the Temporal UI. */
  page(workflowId: string): string;
  /** Answers a request as the forge shows it, whatever Fairlead says of it. Throws where there is none. */
  request(environment: string, number: number): Promise<RequestOnForge>;
}

/** Connects to Temporal for as long as `use` runs. */
export async function withStage<T>(rig: Rig, narrator: Narrator, use: (stage: Stage) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: rig.temporal.address });
  try {
    return await use(createStage(rig, narrator, new Client({ connection })));
  } finally {
    await connection.close();
  }
}

function createStage(rig: Rig, narrator: Narrator, client: Client): Stage {
  const run = (args: readonly string[]) => {
    narrator.command(args);
    return runCli(args, rig.env);
  };
  const page = (id: string) => `${rig.temporal.uiUrl}/namespaces/default/workflows/${encodeURIComponent(id)}`;
  const fairlead = async (...args: readonly string[]) => {
    const [first = ''] = (await run(args)).trimEnd().split('\n');
    narrator.tell(`  ${first}`);
  };
  return {
    rig,
    narrator,
    page,
    fairlead,
    show: async (...args) =>
      narrator.lines(
        (await run(args))
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`),
      ),
    promote: async (commit) => {
      await fairlead('promote', '--commit', commit);
      const id = promotionId(platformId(rig.world.source), commit);
      narrator.tell(`  in the Temporal UI: ${page(id)}`);
      return follow(client, narrator, id);
    },
    followConfig: (environment) => follow(client, narrator, configId(platformId(rig.world.source), environment)),
    followRollback: (environment) => follow(client, narrator, rollbackId(platformId(rig.world.source), environment)),
    request: async (environment, number) => {
      const { gitopsRepository } = rig.world.environment(environment);
      const all = await rig.world.forge.requests(gitopsRepository);
      const found = all.find((each) => each.number === number);
      if (found === undefined) throw new Error(`${gitopsRepository} has no request #${number}`);
      return found;
    },
  };
}
