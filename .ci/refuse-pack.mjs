/**
 * What `prepack` runs: the repository itself is no package. npm runs it before `npm run pack`, too, which is the way.
 */
if (!process.env.npm_command?.startsWith('run')) {
  process.stderr.write(
    'This is the repository, and not a package: `npm run pack -- --out DIR` builds and packs what is published.\n',
  );
  process.exitCode = 1;
}
