/**
 * Pins the images of Dockerfile and docker-compose.yml by digest: `node:24.21.0` becomes `node:24.21.0@sha256:…`, asked of
 * the image's registry. A tag can be moved to another image; a digest cannot. `--check` asks nobody and changes nothing:
 * it prints each image that is not pinned, and ends with 1 where there is one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const files = ['Dockerfile', 'docker-compose.yml'];

/** What an index of several platforms, or one image, may be called. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const lines = {
  Dockerfile: /^(?<before>FROM\s+(?:--\S+\s+)*)(?<image>\S+)/,
  'docker-compose.yml': /^(?<before>\s+image:\s*)(?<image>\S+)/,
};

/** Lists the images of a file that come from a registry: neither stages of the Dockerfile itself, nor what is built here. */
export function imagesOf(file, text) {
  const stages = new Set([...text.matchAll(/^FROM\s.*\sAS\s+(\S+)/gim)].map(([, name]) => name));
  return text.split('\n').flatMap((line) => {
    const image = lines[file].exec(line)?.groups.image;
    const isOurs = image === undefined || stages.has(image) || image === 'scratch' || image.startsWith('fairlead:');
    return isOurs ? [] : [image];
  });
}

export const isPinned = (image) => /@sha256:[0-9a-f]{64}$/.test(image);

/** Answers the file with each of these images pinned. */
export function pinned(file, text, digests) {
  return text
    .split('\n')
    .map((line) => {
      const { before, image } = lines[file].exec(line)?.groups ?? {};
      const digest = digests.get(image);
      return digest === undefined ? line : line.replace(`${before}${image}`, `${before}${tagOf(image)}@${digest}`);
    })
    .join('\n');
}

function tagOf(image) {
  return image.replace(/@.*$/, '');
}

/** Asks the image's registry for the digest of its tag. */
export async function digestOf(image, ask = fetch) {
  const { registry, repository, tag } = addressOf(image);
  const url = `${registry}/v2/${repository}/manifests/${tag}`;
  const headers = { accept: manifestTypes };
  let response = await ask(url, { method: 'HEAD', headers });
  if (response.status === 401) {
    const token = await askToken(response.headers.get('www-authenticate') ?? '', ask);
    response = await ask(url, { method: 'HEAD', headers: { ...headers, authorization: `Bearer ${token}` } });
  }
  const digest = response.headers.get('docker-content-digest') ?? '';
  if (response.ok && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new Error(`${url} answers ${response.status} and no digest. Does ${image} exist?`);
}

function addressOf(image) {
  const [name, tag = 'latest'] = splitTag(tagOf(image));
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && (first.includes('.') || first.includes(':')))
    return { registry: `https://${first}`, repository: rest.join('/'), tag };
  const repository = rest.length === 0 ? `library/${name}` : name;
  return { registry: 'https://registry-1.docker.io', repository, tag };
}

/** Splits off the tag; the port of a registry is none. */
function splitTag(name) {
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? [name.slice(0, colon), name.slice(colon + 1)] : [name];
}

async function askToken(challenge, ask) {
  const part = (key) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const url = new URL(part('realm'));
  url.searchParams.set('service', part('service'));
  url.searchParams.set('scope', part('scope'));
  const response = await ask(url);
  if (!response.ok) throw new Error(`${url.origin} answers ${response.status} where a token was asked for.`);
  return (await response.json()).token;
}

async function main(args) {
  const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const images = [...texts].flatMap(([file, text]) => imagesOf(file, text).map((image) => ({ file, image })));
  if (args.includes('--check')) {
    const open = images.filter(({ image }) => !isPinned(image));
    for (const { file, image } of open)
      process.stdout.write(
        `${file}: ${image} is not pinned by digest. Run \`node .ci/pin-images.mjs\`, and commit it.\n`,
      );
    process.exitCode = open.length === 0 ? 0 : 1;
    return;
  }
  const digests = new Map();
  for (const { image } of images) if (!digests.has(image)) digests.set(image, await digestOf(image));
  for (const [file, text] of texts) writeFileSync(file, pinned(file, text, digests));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
