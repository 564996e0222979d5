import type { ForgeReports, WantedReports } from '../../reports/port.ts';
import { createGitHubClient, type GitHubOptions } from '../client.ts';
import { checksAt } from './checks.ts';
import { progressComment } from './comment.ts';
import { reportDeployment } from './deployments.ts';
import { writeStatus } from './statuses.ts';

/** Serves what is written beside the requests of one repository on GitHub. No connection is opened yet. */
export function createGitHubReports(options: GitHubOptions, wanted: WantedReports): ForgeReports {
  const client = createGitHubClient(options);
  return {
    wanted,
    writeStatus: (sha, status) => writeStatus(client, sha, status),
    progressComment: (comment) => progressComment(client, comment),
    reportDeployment: (deployment, known) => reportDeployment(client, deployment, known),
    checksAt: (sha) => checksAt(client, sha),
  };
}
