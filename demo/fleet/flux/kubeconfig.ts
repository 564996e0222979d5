import { parse, stringify } from 'yaml';

const lists = ['clusters', 'users', 'contexts'] as const;

type Kubeconfig = Readonly<Record<(typeof lists)[number], readonly unknown[]>>;

/** Makes one kubeconfig of several whose names differ, as kubectl does of the files in `KUBECONFIG`. */
export function mergeKubeconfigs(texts: readonly string[]): string {
  const all = texts.map((text) => parse(text) as Kubeconfig);
  const merged = lists.map((list) => [list, all.flatMap((each) => each[list])] as const);
  return stringify({ apiVersion: 'v1', kind: 'Config', ...Object.fromEntries(merged) });
}
