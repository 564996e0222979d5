import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { configFile } from '../../gitops/platform-file.ts';
import { stateDirectory } from '../dev/state.ts';
import type { Io } from '../io.ts';
import { mainBranchOf } from '../main-branch.ts';
import { printJson, printLines } from '../report.ts';
import { rootAbove } from '../vendor/directories.ts';
import { planBeginning } from './begin.ts';
import { carryOut } from './carry-out.ts';
import { planExtension } from './extend.ts';
import { planFromOverlays } from './from-overlays.ts';
import { kindOfDirectory, type LocalRepository, openLocal } from './local-repository.ts';
import type { InitOptions } from './options.ts';
import type { InitPlace, InitPlan } from './plan.ts';
import { initLines, initReport } from './report.ts';

/*
 * Invariants of this folder: everything is planned before anything is written, so that what cannot be done leaves no trace. A
 * branch is only added to, and a file that is there stays as it is. Nothing is fetched; nothing is sent without --push.
 */

/** Makes a platform, or adds to one, and prints what was done. Answers whether it renders something else than the overlays that it was made of. */
export async function initPlatform(
  directory: string,
  options: InitOptions,
  io: Io,
): Promise<{ readonly differs: boolean }> {
  const place = await openPlace(directory, options, io);
  const plan = await planFor(place);
  const done = await carryOut(place, plan);
  if (options.json) printJson(io, initReport(plan, done));
  else printLines(io, initLines(plan, done, { cwd: io.cwd, devEnv: join(stateDirectory(undefined, io), 'env') }));
  return { differs: plan.proofs.some(({ differences }) => differences.length > 0) };
}

async function openPlace(directory: string, options: InitOptions, io: Io): Promise<InitPlace> {
  const kind = await kindOfDirectory(directory);
  const root = kind === 'files' ? await rootAbove(directory) : undefined;
  if (root !== undefined)
    throw new Failure('InvalidInput', `${directory} lies in the checkout ${root}. Call it there.`);
  if (kind === 'files')
    throw new Failure(
      'InvalidInput',
      `${directory} holds files and is no git repository. Run \`git init\` there and commit them, or name an empty directory.`,
    );
  const here = kind === 'repository' ? await openLocal(directory, 'main', io) : undefined;
  const mainBranch = options.mainBranch ?? (here ? await mainBranchHere(here, io) : 'main');
  return { directory, here, mainBranch, main: await here?.tree(mainBranch), options, io };
}

/** Answers the main branch; without `origin` and a branch `main` it is the one that is checked out. */
async function mainBranchHere({ checkout, head }: LocalRepository, io: Io): Promise<string> {
  const usual = await mainBranchOf(checkout, io);
  if (checkout.origin !== undefined || (await head(usual)) !== undefined) return usual;
  const { branch } = checkout;
  return branch !== undefined && (await head(branch)) !== undefined ? branch : usual;
}

async function planFor(place: InitPlace): Promise<InitPlan> {
  const { main, options, directory } = place;
  const file = main?.files.get(configFile);
  if (file !== undefined) return planExtension(place, file);
  if (options.environment !== undefined)
    throw new Failure(
      'InvalidInput',
      `--environment adds to a platform, and ${directory} has none yet. Name the environments of a new one with --environments.`,
    );
  return options.from === undefined ? planBeginning(place) : planFromOverlays(place, options.from);
}
