import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { temporaryDirectory } from '../git.ts';

/** The files of a chart by path below its directory. */
export type ChartFiles = Readonly<Record<string, string | Buffer>>;

/** A chart of one ConfigMap, with what `more` adds. */
export function chartFiles(name: string, version: string, more: ChartFiles = {}): ChartFiles {
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
    'values.yaml': 'greeting: hello\n',
    'templates/config.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\ndata:\n  greeting: {{ .Values.greeting }}\n  version: "${version}"\n  files: {{ len .Files | quote }}\n`,
    ...more,
  };
}

/** A chart repository (at `/charts`) and an OCI registry on loopback, with the same charts. */
export interface ChartServer {
  readonly repository: string;
  readonly registry: string;
  /** Publishes a chart, or other content under a version that is there. Its name may be a path, in the registry alone. */
  publish(name: string, version: string, files?: ChartFiles): void;
  close(): Promise<void>;
}

interface Published {
  readonly archive: Buffer;
  readonly manifest: Buffer;
}

/** Starts the server. */
export async function startChartServer(): Promise<ChartServer> {
  const charts = new Map<string, Map<string, Published>>();
  const server = createServer((request, response) => {
    const answer = answerTo(charts, request.url ?? '');
    response.writeHead(answer ? 200 : 404, {
      'content-type': answer?.type ?? 'application/json',
      ...(answer && { 'docker-content-digest': digestOf(answer.body), 'content-length': answer.body.length }),
    });
    response.end(request.method === 'HEAD' ? undefined : (answer?.body ?? '{"errors":[]}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    repository: `http://127.0.0.1:${port}/charts`,
    registry: `oci://127.0.0.1:${port}/charts`,
    publish: (name, version, files = chartFiles(name, version)) => {
      const archive = packed(basename(name), files);
      const versions = charts.get(name) ?? new Map<string, Published>();
      charts.set(name, versions.set(version, { archive, manifest: manifestOf(archive) }));
    },
    close: () => closed(server),
  };
}

function answerTo(charts: ReadonlyMap<string, ReadonlyMap<string, Published>>, url: string) {
  if (url === '/charts/index.yaml') return { type: 'text/yaml', body: indexOf(charts) };
  const [, file] = /^\/charts\/([^/]+)\.tgz$/.exec(url) ?? [];
  const [, name = '', kind, key = ''] = /^\/v2\/charts\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(url) ?? [];
  for (const [chart, versions] of charts) {
    for (const [version, { archive, manifest }] of versions) {
      if (file === `${chart}-${version}`) return { type: 'application/gzip', body: archive };
      if (name !== chart) continue;
      if (kind === 'tags')
        return {
          type: 'application/json',
          body: Buffer.from(
            JSON.stringify({ name, tags: [...versions.keys()].map((each) => each.replaceAll('+', '_')) }),
          ),
        };
      if (kind === 'manifests' && [version.replaceAll('+', '_'), digestOf(manifest)].includes(key))
        return { type: imageType, body: manifest };
      const blob = [archive, config].find((content) => kind === 'blobs' && digestOf(content) === key);
      if (blob) return { type: 'application/octet-stream', body: blob };
    }
  }
  return undefined;
}

const imageType = 'application/vnd.oci.image.manifest.v1+json';
const config = Buffer.from('{}');

function manifestOf(archive: Buffer): Buffer {
  const described = (mediaType: string, content: Buffer) => ({
    mediaType,
    digest: digestOf(content),
    size: content.length,
  });
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: imageType,
      config: described('application/vnd.cncf.helm.config.v1+json', config),
      layers: [described('application/vnd.cncf.helm.chart.content.v1.tar+gzip', archive)],
    }),
  );
}

function indexOf(charts: ReadonlyMap<string, ReadonlyMap<string, Published>>): Buffer {
  const entries = [...charts]
    .filter(([name]) => !name.includes('/'))
    .map(([name, versions]) => [
      name,
      [...versions].map(([version, { archive }]) => ({
        apiVersion: 'v2',
        name,
        version,
        urls: [`${name}-${version}.tgz`],
        digest: digestOf(archive).slice('sha256:'.length),
      })),
    ]);
  return Buffer.from(JSON.stringify({ apiVersion: 'v1', entries: Object.fromEntries(entries) }));
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Packs a chart as `helm package` does, the same bytes for the same files. */
function packed(name: string, files: ChartFiles): Buffer {
  const directory = temporaryDirectory('chart');
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory.path, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const options = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  const tar = spawnSync('tar', ['--create', ...options, name], { cwd: directory.path, maxBuffer: 64 << 20 });
  const zipped = spawnSync('gzip', ['--no-name'], { input: tar.stdout, maxBuffer: 64 << 20 });
  rmSync(directory.path, { recursive: true, force: true });
  if (tar.status !== 0 || zipped.status !== 0) throw new Error(`${tar.stderr}${zipped.stderr}`);
  return zipped.stdout;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
