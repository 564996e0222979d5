import { short } from './decisions.ts';
import type { EnvironmentStatus, FleetStatus, PromotionStatus } from './status.ts';

/** Temporal takes at most 20 kB of details; in bytes. */
const limit = 19_000;

/** The promotion as markdown, for the Temporal UI: a table with links, then what is awaited where. */
export function details(status: PromotionStatus): string {
  const lines = [
    `**${text(status.subject)}** (\`${short(status.commit)}\` of ${text(status.platform)}): **${status.state}**`,
    '',
    '| environment | state | since (UTC) | main | config | request | healthy | approved |',
    '|---|---|---|---|---|---|---|---|',
    ...status.environments.map(row),
    '',
    ...status.environments.flatMap(notes),
    ...status.refusals.slice(-5).map(({ at, action, reason }) => `- ${at} ${action} refused: ${text(reason)}`),
  ];
  return cut(lines.join('\n'));
}

function cut(whole: string): string {
  const bytes = new TextEncoder().encode(whole);
  // A character cut in two becomes one replacement character.
  return bytes.length <= limit ? whole : `${new TextDecoder().decode(bytes.slice(0, limit))}\n…`;
}

function row(e: EnvironmentStatus): string {
  const started = e.state !== 'waiting' && e.state !== 'not reached';
  const cells = [
    text(e.environment),
    e.errand === 'rollback' && e.state !== 'rolled back' ? `${e.state} (rollback)` : e.state,
    started ? e.since.slice(5, 19).replace('T', ' ') : '',
    started ? `\`${short(e.main)}\`` : '',
    e.config ? `\`${short(e.config)}\`` : '',
    e.request ? `[#${e.request.number}](${e.request.url})` : '',
    e.fleet ? count(e.fleet) : '',
    e.approval ? text(e.approval.by) : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** E.g. `2 of 3`. */
export function count(fleet: FleetStatus): string {
  return `${fleet.healthy} of ${fleet.total}`;
}

function notes(e: EnvironmentStatus): string[] {
  const clusters = e.fleet?.others.map((c) => `  - ${text(c.name)} ${c.state}: ${text(c.awaited)}`) ?? [];
  const warnings = e.fleet?.warnings.map((warning) => `  - ${text(warning)}`) ?? [];
  const waiting = e.waitingFor.map((path) => `  - assigned, but not on main at this commit: ${text(path)}`);
  if (e.message === '' && clusters.length + warnings.length + waiting.length === 0) return [];
  return [`- **${text(e.environment)}**: ${text(e.message || e.state)}`, ...clusters, ...warnings, ...waiting];
}

/** Text from outside must not break the table or become markup. */
function text(value: string): string {
  return value.replace(/[\\|<>[\]`*_]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
