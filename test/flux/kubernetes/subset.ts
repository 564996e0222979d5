/** Finds where `actual` lacks something that `wanted` has, such as `.spec.replicas`; undefined: nowhere. */
export function whereDifferent(wanted: unknown, actual: unknown, path = ''): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual) || actual.length !== wanted.length) return path;
    return firstDifference(wanted.map((each, index) => whereDifferent(each, actual[index], `${path}[${index}]`)));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof actual !== 'object' || actual === null) return path;
    const fields = actual as Readonly<Record<string, unknown>>;
    return firstDifference(
      Object.entries(wanted).map(([key, value]) => whereDifferent(value, fields[key], `${path}.${key}`)),
    );
  }
  return wanted === actual ? undefined : path;
}

function firstDifference(found: readonly (string | undefined)[]): string | undefined {
  return found.find((each) => each !== undefined);
}
