import { Failure } from '../../../failure.ts';
import type { ForgeReports, WantedReports } from '../../reports/port.ts';
import { createGiteaClient, type GiteaOptions } from '../client.ts';
import { progressComment } from './comment.ts';
import { checksAt, writeStatus } from './statuses.ts';

/** Serves what is written beside the requests of one repository. These forges keep no deployments. No connection is opened yet. */
export function createGiteaReports(options: GiteaOptions, wanted: WantedReports): ForgeReports {
  const client = createGiteaClient(options);
  return {
    wanted: { ...wanted, deployments: false },
    writeStatus: (sha, status) => writeStatus(client, sha, status),
    progressComment: (comment) => progressComment(client, comment),
    reportDeployment: async () => {
      throw new Failure('Refused', 'This kind of forge keeps no deployments.');
    },
    checksAt: (sha) => checksAt(client, sha),
  };
}
