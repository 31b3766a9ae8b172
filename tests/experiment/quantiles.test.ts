import { describe, expect, it } from 'vitest';
import { bestStepsizes, quantile, seedRange, seedRangeKind, seedRangeText } from '../../bindings/index.js';
import type { SummaryRecord } from '../../bindings/index.js';
import { median } from '../../bindings/experiment/quantiles.js';
import { sampleSummary } from '../figures/samples.js';

describe('quantile', () => {
  it('interpolates linearly between the values', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((fraction) => quantile([1, 2, 4, 8], fraction))).toEqual([1, 1.75, 3, 5, 8]);
    expect([0, 0.25, 1].map((fraction) => quantile([7], fraction))).toEqual([7, 7, 7]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('takes infinite values as values, and is never NaN with them', () => {
    expect(quantile([1, 2, Infinity, Infinity], 0.25)).toBe(1.75);
    expect(quantile([1, 2, Infinity, Infinity], 0.5)).toBe(Infinity);
    expect(quantile([1, 2, Infinity, Infinity], 0.75)).toBe(Infinity);
    expect(quantile([-Infinity, 1], 0.5)).toBe(-Infinity);
    expect(quantile([-Infinity, Infinity], 0.5)).toBe(-Infinity);
  });

  it('the median needs no order', () => {
    expect(median([8, 1, 4])).toBe(4);
    expect(median([8, 1, 4, 2])).toBe(3);
  });
});

describe('seedRange', () => {
  it('is between the quartiles from four seeds on, below it is all', () => {
    expect(seedRange([3, 1, 2])).toEqual([1, 3]);
    expect(seedRange([5, 3, 1, 2, 4])).toEqual([2, 4]);
    expect(seedRange([1, 2, 3], 4)).toEqual([1.5, 2.5]);
    expect([1, 3, 4, 9].map(seedRangeKind)).toEqual(['whole', 'whole', 'quartiles', 'quartiles']);
  });

  it('says what it is', () => {
    expect(seedRangeText([1, 3])).toBe('minimum to maximum');
    expect(seedRangeText([7, 1])).toBe('inter-quartile range');
    expect(seedRangeText([7, 2])).toBe('minimum to maximum below 4 seeds, else inter-quartile range');
  });
});

describe('bestStepsizes over seeds', () => {
  const bestOf = (runs: Partial<SummaryRecord>[]) => bestStepsizes(runs.map((fields, seed) => sampleSummary({ ...fields, seed })))[0]!;

  it('gives medians with the quartiles', () => {
    const times = [500, 100, 400, 200, 300];
    const runs = times.map((timeToTarget) => ({ timeToTarget, finalObjective: timeToTarget / 1000, finalWorstWorkerObjective: timeToTarget, finalSuboptimality: timeToTarget / 100 }));
    expect(bestOf(runs)).toMatchObject({
      timeToTarget: 300, timeToTargetRange: [200, 400], reached: 5, finalObjective: 0.3, finalObjectiveRange: [0.2, 0.4],
      finalWorstWorkerObjectiveRange: [200, 400], finalSuboptimality: 3, finalSuboptimalityRange: [2, 4],
    });
  });

  it('counts a seed that does not reach the target, or diverges, as never', () => {
    const runs = [{ timeToTarget: 100 }, { timeToTarget: 200 }, { timeToTarget: 300 }, { timeToTarget: null }, { timeToTarget: 50, status: 'diverged' as const }];
    expect(bestOf(runs)).toMatchObject({ timeToTarget: 300, timeToTargetRange: [200, null], reached: 3, finalObjectiveRange: [0.4, 0.4] });
    expect(bestOf(runs.slice(2))).toMatchObject({ timeToTarget: null, timeToTargetRange: [300, null], finalObjectiveRange: [0.4, Infinity] });
  });

  it('of one seed the range is the value', () => {
    expect(bestOf([{}])).toMatchObject({ timeToTarget: 900, timeToTargetRange: [900, 900], finalObjectiveRange: [0.4, 0.4] });
    expect(bestOf([{}])).not.toHaveProperty('finalSuboptimalityRange');
  });
});
