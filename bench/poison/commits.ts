/** The poisons, as the files of main and the files that assign them in an environment. */
export const poisons = {
  none: { main: () => new Map<string, string>(), config: () => new Map<string, string>() },
  /** 24 kustomizations of 2.8 MB, which no environment assigns. */
  unassigned: { main: large, config: () => new Map<string, string>() },
  /** The same, and the environment assigns all of them. */
  assigned: { main: large, config: assignAll },
  /** 24 kustomizations of 250 kB, each of them within its limit, which take until the limit of time to plan. */
  endless: { main: endless, config: assignAll },
} as const;

/** The name of a poison. */
export type Poison = keyof typeof poisons;

const names = Array.from({ length: 24 }, (_, index) => `k${index}`);

function large(): ReadonlyMap<string, string> {
  return kustomizations((name) => {
    const annotations = Array.from({ length: 100_000 }, (_, index) => `  ${name}/a${index}: "0123456789"\n`);
    return `resources: [cm.yaml]\ncommonAnnotations:\n${annotations.join('')}`;
  });
}

function endless(): ReadonlyMap<string, string> {
  return kustomizations((name) => `# ${name}\nresources:\n- &a cm.yaml\n${'- *a\n'.repeat(50_000)}`);
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
