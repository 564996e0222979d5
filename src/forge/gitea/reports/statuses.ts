import { cut } from '../../../cut.ts';
import type { Sha } from '../../../git/repository.ts';
import { lineText } from '../../../untrusted-text.ts';
import type { CommitStatus, ForgeCheck } from '../../reports/port.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { isFailed, isGreen, readStatuses } from '../rules/statuses.ts';
import { anythingSchema } from '../schemas.ts';

/** The most characters of a description that its page shows in one line. */
const descriptionLimit = 140;

/** Writes a status as `ForgeReports.writeStatus` promises. */
export async function writeStatus(client: GiteaClient, sha: Sha, status: CommitStatus): Promise<void> {
  const { context, state, description, targetUrl } = status;
  await client.ask({
    doing: `write the status ${context}`,
    method: 'POST',
    path: pathOf('statuses', sha),
    body: { context, state, description: cut(lineText(description), descriptionLimit), target_url: targetUrl ?? '' },
    answer: anythingSchema,
  });
}

/** Lists statuses as `ForgeReports.checksAt` promises: these forges have no other checks. */
export async function checksAt(client: GiteaClient, sha: Sha): Promise<readonly ForgeCheck[]> {
  return (await readStatuses(client, sha)).map((one) => ({
    name: one.context,
    state: isGreen(one) ? 'passed' : isFailed(one) ? 'failed' : 'running',
    words: one.status,
  }));
}
