/**
 * Checks that package-lock.json says of each package what its archive must be: one without `integrity` is installed
 * whatever the registry sends. npm leaves it out for packages of other systems. Prints each offence with the remedy.
 */
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const missing = Object.entries(packages)
  // The first one is the project itself; a link is a directory of it.
  .filter(([path, { link, integrity }]) => path !== '' && !link && !/^sha512-/.test(integrity ?? ''))
  .map(([path, { version }]) => ({ path, name: `${path.replace(/^.*node_modules\//, '')}@${version}` }));
for (const { path, name } of missing)
  process.stdout.write(
    `package-lock.json: ${path} has no sha512 integrity. Add the one that \`npm view ${name} dist.integrity\` prints.\n`,
  );
process.exitCode = missing.length === 0 ? 0 : 1;
