import type { SharedChange } from '../../../diff/compare.ts';
import { isList, isMap, type Value } from '../../../diff/value.ts';
import { type DiffReport, differs, type EnvironmentDiff, type FailedDiff } from '../report.ts';

/** Answers what differs as `--format json` prints it: all of it. */
export function jsonReport({ source, environments, remarks }: DiffReport): unknown {
  return {
    source,
    differences: environments.some((diff) => !('failure' in diff) && differs(diff)),
    environments: environments.map(environmentJson),
    remarks,
  };
}

function environmentJson(diff: EnvironmentDiff | FailedDiff): unknown {
  if ('failure' in diff) {
    const { type, message } = diff.failure;
    return { environment: diff.environment, error: { type, message } };
  }
  const { environment, before, after, difference, removals, refusal, clusters, waiting, warnings } = diff;
  const { changes, ...others } = difference;
  return {
    environment,
    before,
    after,
    ...others,
    ...(removals && { removals }),
    ...(refusal !== undefined && { refusal }),
    changes: changes.map((change) => changeJson(change, clusters)),
    waiting: waiting.map(({ group, path }) => `${group}/${path}`),
    warnings,
  };
}

function changeJson({ kind, id, fields, ...others }: SharedChange, clusters: EnvironmentDiff['clusters']): unknown {
  return {
    change: kind,
    ...id,
    ...others,
    clusters: others.groups.flatMap((group) => clusters.get(group) ?? []),
    fields: fields.map(({ before, after, ...field }) => ({
      ...field,
      ...(before !== undefined && { before: jsonValue(before) }),
      ...(after !== undefined && { after: jsonValue(after) }),
    })),
  };
}

/** Writes whole numbers that JSON readers would round as texts. */
function jsonValue(value: Value): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (isList(value)) return value.map(jsonValue);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonValue(inner)]));
}
