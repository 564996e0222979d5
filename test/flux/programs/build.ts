import { Failure } from '../../../src/failure.ts';
import { rigPrograms } from './programs.ts';

// `npm run build:flux`: finds or builds the programs of the Flux rig, so that nothing waits for them later.
try {
  for (const path of Object.values(await rigPrograms())) if (path) process.stdout.write(`${path}\n`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
