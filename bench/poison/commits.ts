/** The poisons, as the files of main and the files that assign them in an environment. */
export const poisons = {
  none: { main: () => new Map<string, string>(), config: () => new Map<string, string>() },
  /** 24 kustomizations of 2.8 MB, which no environment assigns. */
  unassigned: { main: large, config: () => new Map<string, string>() },
  /** The same, and the environment assigns all of them. */
  assigned: { main: large, config: assignAll },
  /** 24 kustomizations of 250 kB, each of them within its bounds, all assigned. */
  within: { main: within, config: assignAll },
} as const;

/** The name of a poison. */
export type Poison = keyof typeof poisons;

const names = Array.from({ length: 24 }, (_, index) => `k${index}`);

function large(): ReadonlyMap<string, string> {
  return annotated(100_000);
}

function within(): ReadonlyMap<string, string> {
  return annotated(9_000);
}

function annotated(count: number): ReadonlyMap<string, string> {
  return kustomizations((name) => {
    const annotations = Array.from({ length: count }, (_, index) => `  ${name}/a${index}: "0123456789"\n`);
    return `resources: [cm.yaml]\ncommonAnnotations:\n${annotations.join('')}`;
  });
}

function kustomizations(text: (name: string) => string): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => [
      [`apps/blue/${name}/kustomization.yaml`, text(name)],
      [`apps/blue/${name}/cm.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`],
    ]),
  );
}

function assignAll(): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [`one/apps/blue/${name}/.gitkeep`, '']));
}
