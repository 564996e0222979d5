import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { type CompiledProgram, goBuild } from '../../programs/go.ts';
import type { ProgramWay } from '../../programs/recipe.ts';

/** Makes the way that compiles the renderer from its sources. Throws `Failure` where they name no release of kustomize. */
export async function compiledRenderer(
  sources: string,
  { target, output = 'fairlead-renderer' }: CompiledProgram = {},
): Promise<ProgramWay> {
  return goBuild({
    moduleDirectory: sources,
    output,
    // kustomize writes its version into a label, and nothing else would tell it.
    variables: { 'sigs.k8s.io/kustomize/api/provenance.version': await kustomizeRelease(sources) },
    duration: "compiles kustomize's and Helm's libraries, once: 1 to 2 minutes",
    ...(target && { target }),
  });
}

/** Answers the release of the kustomize command line whose libraries are built in. */
async function kustomizeRelease(sources: string): Promise<string> {
  const modules = await readFile(join(sources, 'go.mod'), 'utf8');
  const version = /^\s*sigs\.k8s\.io\/kustomize\/kustomize\/v5 (v[\d.]+)(?: |$)/m.exec(modules)?.[1];
  if (version !== undefined) return version;
  throw new Failure('Internal', `${join(sources, 'go.mod')} names no release of sigs.k8s.io/kustomize/kustomize/v5.`);
}
