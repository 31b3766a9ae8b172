import { expect, test } from 'vitest';
import { networkText, takesTime } from '../../../cli/output/network.js';

const count = 2;

test.each([
  [undefined, ''],
  [{ latency: 0, bandwidth: Infinity }, ''],
  [{ latency: [0, 0], bandwidthUp: [Infinity, Infinity] }, ''],
  [{ latency: 0.5, bandwidth: Infinity }, ', network with latency 0.5'],
  [{ latencyUp: [0, 0.5], bandwidthDown: 2000 }, ', network with latencyUp 0 to 0.5 and bandwidthDown 2,000'],
  [{ latency: 0, devices: 'phones.json' }, ', network with the bandwidths of phones.json'],
])('%j is described as %j', (network, text) => {
  expect(networkText({ count, network })).toBe(text);
  expect(takesTime({ count, network })).toBe(text !== '');
});

test('a list with a value for each of very many workers', () => {
  const latency = Array.from({ length: 300_000 }, (_, worker) => worker % 3);
  expect(networkText({ count: latency.length, network: { latency } })).toBe(', network with latency 0 to 2');
});
