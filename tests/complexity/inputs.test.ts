import { expect, test } from 'vitest';
import { timeComplexities, universalTime } from '../../bindings/index.js';

const quantities = { smoothness: 1, delta: 1, variance: 1, epsilon: 0.1 };
// What programs in plain JavaScript may pass.
const nothing = undefined as never;

test('a setting that there is not is told, not taken for another one', () => {
  const rule = "'data' must be 'heterogeneous' or 'homogeneous', got";
  expect(() => timeComplexities({ ...quantities, times: [1] }, nothing)).toThrow(`timeComplexities: ${rule} nothing`);
  expect(() => universalTime({ ...quantities, powers: [[[0, 1]]] }, 'hetero' as never)).toThrow(`universalTime: ${rule} 'hetero'`);
});

test('times must be given', () => {
  expect(() => timeComplexities({ ...quantities, times: nothing }, 'homogeneous')).toThrow("'times' must have at least one entry, got nothing");
});
