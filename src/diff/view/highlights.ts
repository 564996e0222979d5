import { countOf } from '../../text/count-of.ts';
import { codeText, markdownText } from '../../untrusted-text.ts';
import type { SharedChange } from '../compare.ts';
import type { FieldChange } from '../field-change.ts';
import { isList, isMap, type Value, valueAt, valueText } from '../value.ts';
import { listed } from './listed.ts';
import { objectCode } from './object-words.ts';
import { type ChangePlaces, groupWords } from './words.ts';

/** The most lines and characters of one highlight, and the most names in one line. */
const most = { lines: 12, characters: 2_500, names: 6 };
/** The longest name of an image, in characters. */
const longestValue = 200;

/**
 * Says in Markdown what a reviewer looks for before all else: Namespaces and CustomResourceDefinitions that come or change, images,
 * and replicas. The same change of several objects is one line. What is removed is told elsewhere.
 */
export function highlightLines(changes: readonly SharedChange[], places: ChangePlaces): readonly string[] {
  return [
    ...kindLines(changes, 'Namespace', places),
    ...kindLines(changes, 'CustomResourceDefinition', places),
    ...valueLines(changes, { word: 'image', places, valuesOf: imageChanges }),
    ...valueLines(changes, { word: 'replicas', places, valuesOf: replicaChanges }),
  ];
}

function kindLines(changes: readonly SharedChange[], kind: string, places: ChangePlaces): readonly string[] {
  const found = changes.filter((change) => change.id.kind === kind && change.kind !== 'removed');
  return bounded(
    found.map((change) => `- ${change.kind} ${kind} ${codeText(change.id.name)}, ${where(change, places)}`),
    kind,
  );
}

/** A value that changes, as texts; undefined: there is none on that side. */
interface ShownChange {
  /** What else tells it from others: the name of the field, where that matters. */
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

interface ValueHighlight {
  readonly word: string;
  readonly places: ChangePlaces;
  readonly valuesOf: (field: FieldChange) => readonly ShownChange[];
}

function valueLines(changes: readonly SharedChange[], { word, places, valuesOf }: ValueHighlight): readonly string[] {
  const found = new Map<string, { readonly shown: ShownChange; readonly objects: Set<SharedChange> }>();
  for (const change of changes)
    for (const shown of change.fields.flatMap(valuesOf)) {
      const key = JSON.stringify([shown.field, shown.before ?? null, shown.after ?? null]);
      const known = found.get(key) ?? { shown, objects: new Set() };
      known.objects.add(change);
      found.set(key, known);
    }
  const lines = [...found.values()].map(({ shown, objects }) => {
    const name = shown.field === '' ? word : shown.field;
    return `- ${name} ${arrow(shown)}: ${namesOf([...objects], places)}`;
  });
  return bounded(lines, word);
}

function arrow({ before, after }: ShownChange): string {
  if (before === undefined) return `${codeText(after ?? '')} added`;
  if (after === undefined) return `${codeText(before)} removed`;
  return `${codeText(before)} → ${codeText(after)}`;
}

function namesOf(objects: readonly SharedChange[], places: ChangePlaces): string {
  const more = objects.length - most.names;
  const names = objects
    .slice(0, most.names)
    .map((change) => `${markdownText(change.id.kind)} ${objectCode(change.id)} ${where(change, places)}`);
  return [...names, ...(more > 0 ? [`and ${countOf(more, 'more object', 'more objects')}`] : [])].join(', ');
}

function where(change: SharedChange, places: ChangePlaces): string {
  return markdownText(groupWords(change, places));
}

function bounded(lines: readonly string[], word: string): readonly string[] {
  return listed(lines, { ...most, more: (count) => `${word}: ${count} more, see below` });
}

/** Finds images that change: by themselves, or with the container that comes or goes. */
function imageChanges({ path, before, after, hidden }: FieldChange): readonly ShownChange[] {
  if (hidden) return [];
  if (/(^|\.)image$/.test(path)) return [{ field: '', before: shownText(before), after: shownText(after) }];
  if (!/(^|\.|")(containers|initContainers|ephemeralContainers)($|\[)/.test(path)) return [];
  return [
    ...imagesIn(before).map((image) => ({ field: '', before: image, after: undefined })),
    ...imagesIn(after).map((image) => ({ field: '', before: undefined, after: image })),
  ];
}

function imagesIn(value: Value | undefined): readonly string[] {
  if (isList(value)) return value.flatMap(imagesIn);
  if (!isMap(value)) return [];
  const image = valueAt(value, 'image');
  return typeof image === 'string' ? [image.slice(0, longestValue)] : [];
}

function replicaChanges({ path, before, after, hidden }: FieldChange): readonly ShownChange[] {
  const [, field] = /^spec\.(replicas|minReplicas|maxReplicas)$/.exec(path) ?? [];
  return hidden || field === undefined ? [] : [{ field, before: shownText(before), after: shownText(after) }];
}

function shownText(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  return (typeof value === 'string' ? value : valueText(value)).slice(0, longestValue);
}
