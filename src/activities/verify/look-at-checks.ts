import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { ForgeCheck } from '../../forge/reports/port.ts';
import type { VerifyCheck } from '../../platform/verify/verify-check.ts';
import { shortSha } from '../../short-names.ts';
import { countOf } from '../../text/count-of.ts';
import type { VerificationOrder } from './contract.ts';
import type { CheckFinding } from './look-at-objects.ts';

type ChecksCheck = Extract<VerifyCheck, { kind: 'checks' }>;

/**
 * Looks at what the source's forge says of the main commit: every named check must have passed there, by
 * the word of each who reports one under that name. Throws `Failure` `InvalidConfig` where the forge has no checks.
 */
export async function lookAtChecks(
  { forges }: Pick<Dependencies, 'forges'>,
  { source, main, environment }: Pick<VerificationOrder, 'source' | 'main' | 'environment'>,
  { checks }: ChecksCheck,
): Promise<CheckFinding> {
  const reports = forges.reportsFor?.(source);
  if (reports === undefined)
    throw new Failure(
      'InvalidConfig',
      `\`verify\` in fairlead.yaml of branch ${environment} names checks of main, but the worker knows no forge with checks for ${source}. Add its host to "forges" in the worker's settings, or remove the check.`,
    );
  const found = await reports.checksAt(main);
  const named = checks.map((name) =>
    standing(
      name,
      found.filter((each) => each.name === name),
    ),
  );
  const failed = named.filter(({ state }) => state === 'failed');
  const open = [...failed, ...named.filter(({ state }) => state === 'running')];
  if (open.length === 0) return { state: 'passed', awaited: '', clusters: [] };
  const green = `${named.length - open.length} of ${countOf(named.length, 'check is', 'checks are')} green at main ${shortSha(main)}`;
  const awaited = `${green}: ${open.map(({ name, words }) => `${name} ${words}`).join(', ')}`;
  return { state: failed.length > 0 ? 'failed' : 'awaited', awaited, clusters: [] };
}

/** Several may report under one name, and anybody who may write a status could say that it passed: the worst of them counts. */
function standing(name: string, found: readonly ForgeCheck[]): ForgeCheck {
  const worst =
    found.find(({ state }) => state === 'failed') ?? found.find(({ state }) => state === 'running') ?? found[0];
  if (worst === undefined) return { name, state: 'running', words: 'has not begun' };
  return { ...worst, words: `is ${worst.words}` };
}
