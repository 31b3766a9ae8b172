import { expect, it } from 'vitest';
import { availableMemory } from '../../bindings/platform.node.js';

const memoryUsage = { rss: () => 2e9 };
const free = (): number => 8e9;

it('asks Node where it knows, and works without', () => {
  expect(availableMemory({ availableMemory: () => 5e9, memoryUsage }, free)).toBe(5e9);
  expect(availableMemory({ memoryUsage }, free)).toBe(8e9);
});

it('heeds the limit of a container, less what is taken', () => {
  expect(availableMemory({ constrainedMemory: () => 6e9, memoryUsage }, free)).toBe(4e9);
  expect(availableMemory({ constrainedMemory: () => 2 ** 64, memoryUsage }, free)).toBe(8e9);
  expect(availableMemory({ constrainedMemory: () => 0, memoryUsage }, free)).toBe(8e9);
  expect(availableMemory({ constrainedMemory: () => undefined, memoryUsage }, free)).toBe(8e9);
});

it('says so where it cannot be told', () => {
  expect(availableMemory({ availableMemory: () => 0, memoryUsage }, free)).toBeUndefined();
  expect(availableMemory({ memoryUsage }, () => 0)).toBeUndefined();
});

it('this machine has some, and not more than it can have', () => {
  expect(availableMemory()).toBeGreaterThan(1e6);
  expect(availableMemory()).toBeLessThan(2 ** 50);
});
