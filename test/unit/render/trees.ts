import { createHash } from 'node:crypto';
import { createRequestMaker } from '../../../src/render/leaf/request.ts';
import { type PlannedPlatform, planPlatform } from '../../../src/render/platform.ts';
import type { LeafRequest, SourceFile, SourceTree } from '../../../src/render/types.ts';

/** What a test puts at a path: a file's text or bytes, `link('…')` or `submodule`. */
export type Content = string | Buffer | { readonly link: string } | { readonly submodule: true };
export const submodule: Content = { submodule: true };

export const mainSha = 'a'.repeat(40);
export const configSha = 'c'.repeat(40);
export const repository = 'https://github.com/acme/platform-src';

export function link(target: string): Content {
  return { link: target };
}

/** A commit's tree with the blob ids that git would give. */
export function tree(contents: Readonly<Record<string, Content>>, revision = mainSha): SourceTree {
  const files = Object.entries(contents).map(([path, content]): [string, SourceFile] => [path, fileOf(content)]);
  return { revision, files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function fileOf(content: Content): SourceFile {
  if (typeof content === 'object' && 'submodule' in content) return { mode: '160000', oid: 'e'.repeat(40) };
  const isLink = typeof content === 'object' && 'link' in content;
  const bytes = Buffer.from(isLink ? content.link : content);
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  return { mode: isLink ? '120000' : '100644', oid, content: bytes };
}

export interface Platform {
  readonly main: Readonly<Record<string, Content>>;
  readonly config: Readonly<Record<string, Content>>;
  readonly alsoBases?: readonly string[];
  readonly repositories?: readonly string[];
}

export function inputsOf({ main, config, alsoBases = [], repositories = [repository] }: Platform) {
  return {
    main: tree(main),
    config: tree(config, configSha),
    environment: 'dev',
    sourceRepositories: repositories,
    alsoBases: new Set(alsoBases),
  };
}

export function plan(platform: Platform): PlannedPlatform {
  return planPlatform(inputsOf(platform));
}

/** `<group>/<base>` of everything that is planned. */
export function assignedIn(platform: Platform): readonly string[] {
  return plan(platform).leaves.map(({ assignment }) => assignment.path);
}

/** The request of the leaf at this path of the config branch. */
export function requestOf(platform: Platform, leaf: string, namespace?: string): LeafRequest {
  const { sources, leaves } = plan(platform);
  const found = leaves.find(({ assignment }) => assignment.path === leaf);
  if (!found) throw new Error(`${leaf} is not assigned: ${leaves.map((each) => each.assignment.path).join(', ')}`);
  return createRequestMaker(sources).makeRequest(found, { namespace });
}

/** The text at a path of the request, or a readable complaint. */
export function fileIn(request: LeafRequest, path: string): string {
  const text = request.files[path];
  if (text === undefined) throw new Error(`${path} is not among ${Object.keys(request.files).join(', ')}`);
  return text;
}

/** The message that planning fails with. */
export function refusal(platform: Platform): string {
  try {
    plan(platform);
  } catch (error) {
    if (error instanceof Error && error.name === 'RenderFailed') return error.message;
    throw error;
  }
  throw new Error('It was not refused.');
}

export function manifest(kind: string, name: string, more = ''): string {
  return `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}`;
}

export function kustomization(...resources: readonly string[]): string {
  return `resources:\n${resources.map((entry) => `- ${entry}\n`).join('')}`;
}

/** A base of one ConfigMap. */
export function base(path: string): Record<string, string> {
  return {
    [`${path}/kustomization.yaml`]: kustomization('map.yaml'),
    [`${path}/map.yaml`]: manifest('ConfigMap', path.replaceAll('/', '-')),
  };
}
