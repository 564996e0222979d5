import type { Forge } from '../../src/forge/port.ts';

/** Makes the forge, but for what a test says of it. */
export function forgeWith(forge: Forge, change: Partial<Forge>): Forge {
  return new Proxy(forge, {
    get(target, name) {
      const found = Reflect.get(change, name) ?? Reflect.get(target, name);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}
