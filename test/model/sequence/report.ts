import { provenanceOf } from '../oracle/deployed.ts';
import { noteLines } from '../oracle/record-lines.ts';
import type { Sequence } from './sequence.ts';
import { shortId } from './sequence-steps.ts';

/** Reports everything that tells why a sequence went wrong. */
export async function report(sequence: Sequence): Promise<string> {
  const { plan, journal, world } = sequence;
  const parts = [
    `World: ${JSON.stringify(plan.world, null, 1)}`,
    ['Journal:', ...journal.lines].join('\n'),
    await workflowLines(sequence),
    ...world.environments.map((environment) => branchLines(sequence, environment)),
    await requestLines(sequence),
    `main: ${world.source.main.map((sha) => sha.slice(0, 8)).join(' ')}`,
    ...world.environments.map(
      (name) => `config of ${name}: ${(world.source.config.get(name) ?? []).map((sha) => sha.slice(0, 8)).join(' ')}`,
    ),
  ];
  return parts.join('\n\n').replace(/\b([0-9a-f]{8})[0-9a-f]{32}\b/g, '$1');
}

async function workflowLines({ traffic, people, world }: Sequence): Promise<string> {
  const lines = await Promise.all(
    [...traffic.workflows].sort().map(async (id) => {
      try {
        const status = id.startsWith('lane/')
          ? await people.laneStatus(id.split('/').at(-1) ?? '')
          : await people.status(id);
        return `${shortId(id)}: ${JSON.stringify(status)}`;
      } catch (error) {
        return `${shortId(id)}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }),
  );
  return [`Workflows of ${world.platform}:`, ...lines].join('\n');
}

function branchLines({ world: { gitops } }: Sequence, environment: string): string {
  const head = gitops.ref(`refs/heads/${environment}`) ?? '';
  const commits = [...gitops.firstParents(head)].map((sha) => {
    const { message, author } = gitops.commit(sha);
    const pair = provenanceOf(gitops, sha);
    return `  ${sha.slice(0, 8)} ${author}: ${message.split('\n')[0]} [${pair ? `${pair.main.slice(0, 8)}+${pair.config.slice(0, 8)}` : 'nothing of ours'}]`;
  });
  const notes = noteLines(gitops, environment).map((line) => `  note ${JSON.stringify(line)}`);
  return [`Branch ${environment}, newest first:`, ...commits, ...notes].join('\n');
}

async function requestLines({ world }: Sequence): Promise<string> {
  const requests = await world.forge.requests();
  return [
    'Requests:',
    ...requests.map(
      ({ number, state, head, base, author, endedBy, mergeCommit, comments }) =>
        `  #${number} ${state}${endedBy ? ` by ${endedBy}` : ''} ${head.branch} at ${head.sha} → ${base}, of ${author}${mergeCommit ? `, merged as ${mergeCommit}` : ''} ${comments.map(({ author, body }) => `[${author}: ${body}]`).join(' ')}`,
    ),
  ].join('\n');
}
