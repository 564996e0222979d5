import { z } from 'zod';

/*
 * Schemas of lists and maps in what others answer. zod describes each fault, in some hundred bytes: of half a million empty objects, which
 * are a kilobyte on the way, it takes seconds and gigabytes to say what they lack. One fault is enough to refuse an answer.
 */

/** Makes the schema of a list, which is checked up to its first fault. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(z.unknown()).transform((items, context): z.output<Item>[] => {
    const read: z.output<Item>[] = [];
    for (const [index, each] of items.entries()) {
      const { data, error } = item.safeParse(each);
      const [fault] = error?.issues ?? [];
      if (fault !== undefined) {
        context.addIssue({ code: 'custom', message: fault.message, path: [index, ...fault.path] });
        return z.NEVER;
      }
      read.push(data as z.output<Item>);
    }
    return read;
  });
}

/** Makes the schema of a map of texts, which is checked up to its first fault. */
export function textsByName() {
  return z.custom<Record<string, string>>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((each) => typeof each === 'string'),
    'Invalid input: expected texts by name',
  );
}
