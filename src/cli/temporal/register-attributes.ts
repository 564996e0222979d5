import { Failure } from '../../failure.ts';
import {
  attributeOfOtherType,
  attributesThere,
  indexedValueTypes,
  ownAttributes,
} from '../../temporal/attributes/registered-attributes.ts';
import { bounded, isRefusedCall, type Temporal } from '../../temporal/client.ts';

/**
 * Registers the attributes that are missing, and answers their names. Throws `Failure` where one has another type, or where
 * this must be done by other means, as in Temporal Cloud: then with the commands.
 */
export async function registerAttributes(temporal: Temporal): Promise<readonly string[]> {
  const { operatorService } = temporal.connection;
  const { namespace } = temporal;
  const call = async <T>(what: () => Promise<T>): Promise<T> => {
    try {
      return await bounded(temporal, what);
    } catch (error) {
      throw isRefusedCall(error) ? byOtherMeans(namespace, error) : error;
    }
  };
  const { customAttributes = {} } = await call(() => operatorService.listSearchAttributes({ namespace }));
  const {
    missing,
    otherType: [other],
  } = attributesThere(customAttributes);
  if (other !== undefined) throw attributeOfOtherType(namespace, other);
  if (missing.length === 0) return [];
  const attributes = Object.fromEntries(missing.map(({ name, type }) => [name, indexedValueTypes[type]]));
  await call(() => operatorService.addSearchAttributes({ namespace, searchAttributes: attributes }));
  return missing.map(({ name }) => name);
}

/** The names of the types, as Temporal's command lines write them. */
const typeNames = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' } as const;

/** Makes the failure of a Temporal that does not let us register attributes: somebody else must, with these commands. */
function byOtherMeans(namespace: string, cause: unknown): Failure {
  const ofCloud = ownAttributes.map(({ name, type }) => `--search-attribute "${name}=${typeNames[type]}"`);
  const ofServer = ownAttributes.flatMap(({ name, type }) => ['--name', name, '--type', typeNames[type]]);
  return new Failure(
    'Refused',
    `Temporal does not let you register search attributes in the namespace "${namespace}". Somebody who may must do it, once.\n` +
      `In Temporal Cloud: tcld namespace search-attributes add --namespace ${namespace} ${ofCloud.join(' ')}\n` +
      `On a server of your own: temporal operator search-attribute create --namespace ${namespace} ${ofServer.join(' ')}`,
    { cause },
  );
}
