import { Failure } from '../../../failure.ts';
import type { Settings } from '../../../settings/settings.ts';
import { openRenderer } from '../../../worker/renderer.ts';
import { orFailure } from '../../environments/source.ts';
import { failed, well } from '../finding.ts';
import type { Check } from '../run-checks.ts';

/** Starts the renderer once, and makes none: that takes minutes. */
export function rendererCheck(settings: Settings, env: NodeJS.ProcessEnv, limitMs: number): Check {
  return {
    check: 'renderer',
    limitMs,
    async ask(signal) {
      const renderer = await orFailure(() => openRenderer(settings, { env, mayMake: false }));
      if (renderer instanceof Failure) return { findings: [failed('no renderer', renderer)] };
      const close = () => void renderer.close();
      signal.addEventListener('abort', close, { once: true });
      const versions = await orFailure(() => renderer.versions());
      if (versions instanceof Failure) return { findings: [failed('unfit renderer', versions)] };
      const words = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
      return { findings: [well({ check: 'renderer' }, words.join(', '))] };
    },
  };
}
