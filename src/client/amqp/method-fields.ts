import type { Method } from '../../wire/spec.ts';

/** The method of that name. */
export type MethodNamed<N extends Method['name']> = Extract<Method, { name: N }>;

/** The fields of that method. */
export type Fields<N extends Method['name']> = Omit<MethodNamed<N>, 'name'>;
