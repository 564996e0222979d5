import { Failure } from '../../failure.ts';
import { remedies, sentence } from '../../text/remedies.ts';
import { searchAttributes } from './search-attributes.ts';

/** The values of IndexedValueType in Temporal's API. */
export const indexedValueTypes = { KEYWORD: 2, KEYWORD_LIST: 7 } as const;

/** All search attributes of Fairlead. */
export const ownAttributes = Object.values(searchAttributes);
type OwnAttribute = (typeof ownAttributes)[number];

/** How a namespace knows Fairlead's search attributes. */
export interface AttributesThere {
  readonly missing: readonly OwnAttribute[];
  /** Those that are there with another type. */
  readonly otherType: readonly OwnAttribute[];
}

/** Compares what a namespace has with what Fairlead needs. `known`: name → IndexedValueType. */
export function attributesThere(known: Readonly<Record<string, unknown>>): AttributesThere {
  return {
    missing: ownAttributes.filter(({ name }) => !Object.hasOwn(known, name)),
    otherType: ownAttributes.filter(
      ({ name, type }) => Object.hasOwn(known, name) && known[name] !== indexedValueTypes[type],
    ),
  };
}

/** Makes the failure of a namespace that lacks search attributes; `then`: what can be done after that. */
export function attributesMissing(namespace: string, missing: AttributesThere['missing'], then = ''): Failure {
  const names = missing.map(({ name }) => name).join(', ');
  return new Failure(
    'Refused',
    `The namespace "${namespace}" lacks the search attributes ${names}. ${sentence(`${remedies.searchAttributes}${then}`)}`,
  );
}

/** Makes the failure of a namespace that has a search attribute of this name for something else. */
export function attributeOfOtherType(namespace: string, { name, type }: OwnAttribute): Failure {
  return new Failure(
    'Refused',
    `The search attribute ${name} exists in the namespace "${namespace}" with another type than ${type}. ${sentence(remedies.attributeType)}`,
  );
}
