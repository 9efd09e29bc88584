import type { FieldTable } from '../../wire/field-table.ts';
import { type AppliedPolicies, NO_POLICIES } from '../topology/policy-book.ts';
import { type JsonObject, plainTable } from './plain-table.ts';

/** The policies that apply to a queue or an exchange, and what they say together. */
export function describePolicies(applied: AppliedPolicies = NO_POLICIES): JsonObject {
  const { policy, operatorPolicy } = applied;
  return {
    policy: policy?.name ?? null,
    operator_policy: operatorPolicy?.name ?? null,
    effective_policy_definition: plainTable({
      ...(policy?.definition as FieldTable | undefined),
      ...(operatorPolicy?.definition as FieldTable | undefined),
    }),
  };
}
