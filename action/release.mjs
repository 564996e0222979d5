/** Fetches the packages of a release, verifies them, and installs them with npm. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from './order.mjs';

/** The platforms for which a release has a renderer, and the action installs it. */
const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** Names the files of a release that a command needs on a platform. Throws `InputError` for one that has no renderer. */
export function packageFiles(version, { needsRenderer, platform }) {
  if (needsRenderer && !platforms.includes(platform))
    throw new InputError(`There is no renderer for ${platform}: use a runner of ${platforms.join(', ')}.`);
  return [`fairlead-${version}.tgz`, ...(needsRenderer ? [`fairlead-renderer-${platform}-${version}.tgz`] : [])];
}

/** Answers the SHA-256 that the text of SHA256SUMS has for a file. Throws `InputError` where it has none, or two. */
export function sumOf(sums, file) {
  const found = sums
    .split('\n')
    .map((line) => /^([0-9a-f]{64}) [ *](\S+)\r?$/.exec(line))
    .filter((match) => match?.[2] === file);
  if (found.length === 1) return found[0][1];
  throw new InputError(
    `SHA256SUMS has ${found.length} lines for ${file}, and must have one: is it that of the release?`,
  );
}

/**
 * Installs a release below `place`, and answers the path of the command line. Whatever differs from its checksum is refused
 * before anything of it is used. An installation of the same release that is there already is taken as it is.
 */
export function install({ version, download, checksum }, { needsRenderer, place, platform }) {
  const files = packageFiles(version, { needsRenderer, platform });
  const home = join(place, `fairlead-${version}${needsRenderer ? '-renderer' : ''}`);
  if (!existsSync(home)) {
    const part = `${home}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    const base = `${download}/v${version}`;
    const sums = fetched(`${base}/SHA256SUMS`, join(part, 'SHA256SUMS'));
    if (checksum !== '') verify(sums, checksum.toLowerCase(), `${base}/SHA256SUMS`);
    for (const file of files) {
      const path = fetched(`${base}/${file}`, join(part, file));
      verify(path, sumOf(readFileSync(sums, 'utf8'), file), `${base}/${file}`);
    }
    npmInstall(part, files);
    renameSync(part, home);
  }
  const root = join(home, 'node_modules', 'fairlead');
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, typeof bin === 'string' ? bin : bin.fairlead);
}

/** curl knows the proxies of the runner, and Node's fetch does not. */
function fetched(url, path) {
  const limits = ['--max-time', '600', '--max-filesize', '300M', '--retry', '3'];
  const options = ['--fail', '--silent', '--show-error', '--location', '--proto', '=https,http,file', ...limits];
  // From https, no redirect leads to what is not encrypted.
  const redirects = url.startsWith('https:') ? ['--proto-redir', '=https'] : [];
  try {
    execFileSync('curl', [...options, ...redirects, '--output', path, '--', url], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    const why = error.code === 'ENOENT' ? 'the runner has no curl' : String(error.stderr ?? error.message).trim();
    throw new InputError(`${url} could not be fetched: ${why}. Check version and download.`);
  }
  return path;
}

function verify(path, expected, url) {
  const sum = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (sum === expected) return;
  throw new InputError(
    `${url} is not what was released: its SHA-256 is ${sum}, not ${expected}. Nothing of it was used.`,
  );
}

function npmInstall(directory, files) {
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  try {
    // A directory above that has packages would take the installation.
    writeFileSync(join(directory, 'package.json'), '{"private": true}\n');
    // The renderer is named as a file where it is needed, and else is not fetched.
    const how = ['--ignore-scripts', '--omit=optional', ...quiet];
    execFileSync('npm', ['install', ...how, ...files.map((file) => `./${file}`)], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    const why = error.code === 'ENOENT' ? 'the runner has no npm' : String(error.stderr ?? error.message).trim();
    throw new InputError(
      `Fairlead could not be installed: ${why}. The runner needs Node 20.3 or newer with npm: add a step with actions/setup-node.`,
    );
  }
}
