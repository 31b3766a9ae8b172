import type { Question } from '../../../../cli/complexity/question.js';

/** A question about workers with these times. */
export function sampleQuestion(times: readonly number[], change: Partial<Question['quantities']> = {}, data: Question['data'] = 'heterogeneous'): Question {
  return { speeds: { times }, data, quantities: { smoothness: 1, delta: 1, variance: 1, epsilon: 0.01, ...change }, estimated: new Set(), notes: [] };
}
