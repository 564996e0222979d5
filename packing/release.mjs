/**
 * Makes the texts of a release out of those before it, and checks them: the changelog has a section of the version, and no page
 * says any more that the version is not published.
 *
 *   node packing/release.mjs prepare        once, before the commit that is tagged
 *   node packing/release.mjs check v0.1.0   what the release workflow does with the tag
 *
 * Plain JavaScript without libraries: the workflow runs it before anything is installed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [order, tag] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const changelog = readFileSync('CHANGELOG.md', 'utf8');
const pages = ['README.md', ...markdownBelow('docs')].map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** What stands in a page until its version is published: a paragraph that begins so. */
const unpublished = /^(?:Until `v[\d.]+` is published|`v[\d.]+` is not published yet).*(?:\n.+)*\n\n?/gm;
/** What stands below Unreleased until the first release. */
const unreleased = /^Nothing has been released yet.*(?:\n.+)*\n\n?/m;

if (order === 'prepare') prepare();
else if (order === 'check' && tag !== undefined) finish(problems());
else finish(['Call it as `node packing/release.mjs prepare` or `node packing/release.mjs check TAG`.']);

function prepare() {
  if (sectionOf(version) !== undefined)
    return finish([`CHANGELOG.md has a section [${version}] already: raise \`version\` in package.json first.`]);
  const today = new Date().toISOString().slice(0, 10);
  const released = changelog
    .replace(unreleased, '')
    .replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${today}\n`);
  writeFileSync('CHANGELOG.md', released);
  for (const { path, text } of pages) if (isUnpublished(text)) writeFileSync(path, text.replace(unpublished, ''));
  process.stdout.write(
    `Look at the changes, and commit them: git commit --all --message "chore: release ${version}"\n`,
  );
}

function problems() {
  const found = [];
  if (tag !== `v${version}`) found.push(`The tag is ${tag}, package.json says ${version}.`);
  const section = sectionOf(version);
  if (section === undefined) found.push(`CHANGELOG.md has no section [${version}].`);
  else if (!/^- /m.test(section)) found.push(`CHANGELOG.md says no change in its section [${version}].`);
  if (/^- /m.test(sectionOf('Unreleased') ?? '')) found.push('CHANGELOG.md has changes below Unreleased.');
  if (unreleased.test(changelog)) found.push('CHANGELOG.md says that nothing has been released yet.');
  for (const { path, text } of pages)
    if (isUnpublished(text)) found.push(`${path} says that a version is not published yet.`);
  return found.length === 0 ? [] : [...found, 'Run `npm run prepare:release`, and tag its commit.'];
}

function isUnpublished(text) {
  return text.search(unpublished) >= 0;
}

/** Answers what stands below a heading of the changelog. */
function sectionOf(name) {
  return changelog.split(/^## /m).find((section) => section.startsWith(`[${name}]`));
}

function markdownBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? markdownBelow(path) : path.endsWith('.md') ? [path] : [];
  });
}

function finish(sentences) {
  for (const sentence of sentences) process.stdout.write(`${sentence}\n`);
  process.exitCode = sentences.length === 0 ? 0 : 1;
}
