import { Context } from '@temporalio/activity';
import { tellLane } from '../../../src/activities/lane/tell-lane.ts';
import { laneId } from '../../../src/lane/messages.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { type TestRepository, temporaryDirectory } from '../../support/git.ts';
import { environmentFile, platformRepository } from '../../unit/cli/platform-repository.ts';
import type { Ran } from '../../unit/cli/test-io.ts';
import type { World } from '../../workflows/support/world.ts';
import { type CommandLine, withCommandLine } from './command-line.ts';

/** Runs the command line with a source in git whose environments `dev` and `qa` have lanes of the test's own. */
export interface LaneLine extends CommandLine {
  readonly source: TestRepository;
  /** The lane of `qa`. */
  readonly lane: string;
  /** Runs `hold` or `resume` of `qa`, by Ada. */
  act(action: 'hold' | 'resume', ...args: readonly string[]): Promise<Ran>;
}

export async function withLanes(world: World, body: (line: LaneLine) => Promise<void>): Promise<void> {
  const { path, remove } = temporaryDirectory('lanes');
  const { readEnvironment } = world;
  world.readEnvironment = async (ref) => {
    const repository = gitopsOf(Context.current().info.taskQueue);
    return { ...(await readEnvironment(ref)), gitops: { repository, branch: ref.environment } };
  };
  world.tellLane = (order) => tellLane(world, order);
  try {
    await withCommandLine(world, async (line) => {
      const { taskQueue } = line.test;
      const source = sourceOf(`${path}/${line.platform}.git`, gitopsOf(taskQueue));
      const act: LaneLine['act'] = (action, ...args) =>
        line.run(action, 'qa', '--source', source.path, '--by', 'Ada', ...args);
      await body({ ...line, source, lane: laneId(platformId(gitopsOf(taskQueue)), 'qa'), act });
    });
  } finally {
    remove();
  }
}

function gitopsOf(taskQueue: string): string {
  return `https://forge.test/${taskQueue}/gitops`;
}

function sourceOf(path: string, gitops: string): TestRepository {
  const repository = platformRepository(path);
  for (const name of ['dev', 'qa']) {
    const lines = [`gitops: { repository: ${gitops} }`, 'clusters: [{ name: one, group: us/west }]'];
    repository.commit(name, { 'fairlead.yaml': environmentFile(...lines) });
  }
  return repository;
}
