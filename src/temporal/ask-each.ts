import pLimit from 'p-limit';

/** How many questions one step asks Temporal at a time: a burst of promotions must not become a burst of questions. */
export const askedAtOnce = 8;

/** Asks about each item, few at a time; answers in their order. */
export function askEach<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const limit = pLimit(askedAtOnce);
  return Promise.all(items.map((item) => limit(ask, item)));
}
