import { workflowInfo } from '@temporalio/workflow';

/**
 * Makes the question whether another build has taken this run over since now. A build is that of the worker which carries
 * out a workflow task: by default the SDK's version with a digest of the workflow bundle.
 *
 * The answer may decide: Temporal writes the build into the history with each task that is completed, and in a replay
 * the SDK answers what stands there, not the build that replays. A constant of the bundle would be another one in a
 * replay, from the first event on. Where a server writes no builds down, none is known after a replay: nothing has
 * changed then.
 */
export function watchBuild(): () => boolean {
  const begunBy = presentBuild();
  return () => begunBy !== undefined && presentBuild() !== begunBy;
}

function presentBuild(): string | undefined {
  return workflowInfo().currentDeploymentVersion?.buildId;
}
