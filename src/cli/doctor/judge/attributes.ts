import {
  type AttributesThere,
  attributeOfOtherType,
  attributesMissing,
  ownAttributes,
} from '../../../temporal/attributes/registered-attributes.ts';
import { type DoctorFinding, failed, well } from '../finding.ts';

/** Says which search attributes a namespace lacks, or has for something else. */
export function attributeFindings(
  namespace: string,
  { missing, otherType }: AttributesThere,
): readonly DoctorFinding[] {
  const findings = [
    ...(missing.length > 0 ? [failed('attributes missing', attributesMissing(namespace, missing))] : []),
    ...otherType.map((each) => failed('attribute of another type', attributeOfOtherType(namespace, each))),
  ];
  if (findings.length > 0) return findings;
  return [well({ check: 'attributes' }, ownAttributes.map(({ name }) => name).join(', '))];
}
