import { afterAll, beforeAll } from 'vitest';
import { renderPlatform } from '../../../src/render/platform.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool, type RendererPoolOptions } from '../../../src/render/renderer/pool.ts';
import type { Renderer } from '../../../src/render/types.ts';
import { type Content, inputsOf, kustomization, manifest } from '../../unit/render/trees.ts';

export type Files = Readonly<Record<string, Content>>;

/** What came of a render: the manifests of the leaf, or why there are none. */
export type Outcome = { readonly yaml: string } | { readonly refused: string };

const honest: Files = {
  'apps/good/kustomization.yaml': kustomization('map.yaml'),
  'apps/good/map.yaml': manifest('ConfigMap', 'good'),
};

/** Renders what an attacker committed with the real planner and the real renderer, as a worker does. */
export interface Rendering {
  /** Renders `apps/bad`, of these files of main, for one group; `config` are files of the leaf on the config branch. */
  attack(main: Files, config?: Files): Promise<Outcome>;
  /** Renders an honest leaf: throws where the attack has taken the renderer along. */
  stillRenders(): Promise<void>;
}

/** Starts renderers for the tests of a file. */
export function useRendering(options: Partial<RendererPoolOptions> = {}): Rendering {
  let renderer: Renderer | undefined;
  beforeAll(async () => {
    renderer = createRendererPool({ binary: await ensureRenderer(), size: 1, ...options });
  }, 600_000);
  afterAll(() => renderer?.close());
  const render = async (main: Files, config: Files) => {
    if (renderer === undefined) throw new Error('outside of a test');
    const { files } = await renderPlatform(inputsOf({ main, config }), renderer);
    return [...files].map(([path, text]) => `# ${path}\n${text}`).join('\n');
  };
  return {
    attack: (main, config = {}) =>
      outcomeOf(render(below('apps/bad', main), { 'eu/apps/bad/.gitkeep': '', ...below('eu/apps/bad', config) })),
    stillRenders: async () => {
      const text = await render(honest, { 'eu/apps/good/.gitkeep': '' });
      if (!text.includes('name: good')) throw new Error(`An honest leaf renders to ${text}`);
    },
  };
}

/** Anything but a refusal is a fault: of the test, or of Fairlead. */
export function outcomeOf(rendering: Promise<string>): Promise<Outcome> {
  return rendering.then(
    (yaml) => ({ yaml }),
    (error: unknown) => {
      if (error instanceof Error && error.name === 'RenderFailed') return { refused: error.message };
      throw error;
    },
  );
}

/** Paths that begin with a slash are those of the branch; all others lie in the folder. */
function below(folder: string, files: Files): Files {
  const placed = (path: string) => (path.startsWith('/') ? path.slice(1) : `${folder}/${path}`);
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [placed(path), content]));
}
