import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { execa } from 'execa';
import { parse } from 'yaml';

/** The versions that the stand-ins follow; their modules hold the CRDs. */
const KUSTOMIZATION = [
  'github.com/fluxcd/kustomize-controller@v1.7.3',
  'kustomize.toolkit.fluxcd.io_kustomizations.yaml',
] as const;
const GIT_REPOSITORY = [
  'github.com/fluxcd/source-controller@v1.8.5',
  'source.toolkit.fluxcd.io_gitrepositories.yaml',
] as const;
const crdFolder = 'config/crd/bases';

/** Says what is wrong with an object by the schema of its CRD; empty where nothing is. */
export type Check = (object: unknown) => readonly string[];

/**
 * Makes checks of Flux's objects by the CRDs that its controllers are released with, from the Go module cache (fetched
 * where missing). Fields that the schema does not know are wrong too: an API server would drop them.
 */
export async function fluxCrds(): Promise<{ readonly kustomization: Check; readonly gitRepository: Check }> {
  const [kustomization, gitRepository] = await Promise.all([crdCheck(...KUSTOMIZATION), crdCheck(...GIT_REPOSITORY)]);
  return { kustomization, gitRepository };
}

/** Answers all CRDs of both controllers as YAML: kustomize-controller does not start without the other kinds of sources. */
export async function fluxCrdTexts(): Promise<readonly string[]> {
  const texts = [KUSTOMIZATION, GIT_REPOSITORY].map(async ([module]) => {
    const files = await readdir(join(await moduleDirectory(module), crdFolder));
    return Promise.all(files.filter((file) => file.endsWith('.yaml')).map((file) => readCrd(module, file)));
  });
  return (await Promise.all(texts)).flat();
}

async function readCrd(module: string, file: string): Promise<string> {
  return readFile(join(await moduleDirectory(module), crdFolder, file), 'utf8');
}

async function crdCheck(module: string, file: string): Promise<Check> {
  const crd = parse(await readCrd(module, file)) as Crd;
  const schema = crd.spec.versions.find(({ name }) => name === 'v1')?.schema.openAPIV3Schema;
  if (!schema) throw new Error(`${file} of ${module} has no version v1`);
  const validate = compileSchema(closeSchema(schema));
  return (object) =>
    validate(object)
      ? []
      : (validate.errors ?? []).map(
          (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
        );
}

interface Crd {
  readonly spec: {
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: object } }[];
  };
}

async function moduleDirectory(module: string): Promise<string> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', module], { cwd: tmpdir() });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}

function compileSchema(schema: object): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormatsModule.default(ajv, ['date-time']);
  // Formats of OpenAPI that say how to store a number, nothing about its value.
  for (const format of ['int32', 'int64']) ajv.addFormat(format, true);
  return ajv.compile(schema);
}

/** Closes objects with properties to others, except the top level's `metadata`, which the CRD leaves open. */
function closeSchema(schema: unknown): object {
  if (Array.isArray(schema)) return schema.map(closeSchema);
  if (typeof schema !== 'object' || schema === null) return schema as object;
  const entries = Object.entries(schema).map(([key, value]) => [key, closeSchema(value)]);
  const open = !('properties' in schema) || 'additionalProperties' in schema || !('type' in schema);
  return { ...Object.fromEntries(entries), ...(open ? {} : { additionalProperties: false }) };
}
