import { describe, expect, test } from 'vitest';
import { decide } from '../../../../bindings/advice/decide.js';
import { scaleTrial } from '../../../../bindings/advice/scale-trial.js';
import { lowerBounds } from '../../../../bindings/index.js';
import type { Advice, Candidate, ComplexityInputs, DataSetting } from '../../../../bindings/index.js';
import { reasons } from '../../../../cli/output/advice/reasons.js';
import { candidateTable } from '../../../../cli/output/advice/table.js';
import { adviceText } from '../../../../cli/output/advice/text.js';
import { candidate } from '../../../advice/candidates.js';

interface Setting {
  times?: readonly number[];
  data?: DataSetting;
  change?: Partial<ComplexityInputs>;
  current?: string;
}

const waiting = (simulated: number, predicted = 400) => candidate('minibatch-sgd', predicted, simulated);
const best = (simulated: number, predicted = 100) => candidate('ringleader-asgd', predicted, simulated, { optimal: true });
const leading = (simulated: number) => candidate('rescaled-asgd', 5, simulated, { leadingTerm: true });

function adviceOf(candidates: readonly Candidate[], setting: Setting = {}): Advice {
  const { times = [1, 1, 4], data = 'heterogeneous', change = {}, current = 'minibatch-sgd' } = setting;
  const inputs: ComplexityInputs = { times, smoothness: 1, delta: 1, variance: 1, epsilon: 0.1, ...change };
  const sorted = [...candidates].sort((a, b) => a.predicted - b.predicted);
  const lowerBound = lowerBounds[data].time(inputs);
  return { candidates: sorted, inputs, data, lowerBound, trial: scaleTrial(inputs, data, undefined), ...decide(sorted, current) };
}

const say = (candidates: readonly Candidate[], setting?: Setting, changing = false) => reasons(adviceOf(candidates, setting), changing).join('\n');
const TWO = [best(100), waiting(300)];

describe('speeds', () => {
  test('how much the workers idle under the synchronous method', () => {
    expect(say(TWO)).toContain('The slowest worker needs 2× the mean time: under synchronous Minibatch SGD the workers idle 50 % of the time.');
    expect(say(TWO, {}, true)).toContain('the workers idle at least 50 % of the time.');
    expect(say(TWO, { times: [...new Array<number>(999).fill(1), 1e6] })).toContain('idle more than 99 % of the time');
  });

  test('equal speeds, one worker, workers that never return', () => {
    expect(say(TWO, { times: [2, 2] })).toContain('All workers are equally fast: nobody waits for anybody.');
    expect(say(TWO, { times: [2, 2] }, true)).toContain('All workers are equally fast on average: they wait only as far as their times change.');
    expect(say(TWO, { times: [2] })).toMatch(/^There is one worker: nobody waits for anybody\.\nIn theory/);
    expect(say(TWO, { times: [2, Infinity], data: 'homogeneous' })).toContain('1 of 2 workers never returns a gradient: Minibatch SGD waits for ever.');
    expect(say(TWO, { times: [2, Infinity, Infinity], data: 'homogeneous' })).toContain('2 of 3 workers never return a gradient');
  });
});

describe('the terms of the lower bound', () => {
  test('heterogeneous data: waiting, noise, or no noise', () => {
    expect(say(TWO, { change: { variance: 0.3 } })).toContain(
      'waits 4 for the slowest worker (τ_n), and takes 2 to average the noise away (τ_avg σ²/(nε)): the waiting dominates',
    );
    expect(say(TWO, { change: { variance: 3 } })).toContain(
      'takes 20 to average the noise away (τ_avg σ²/(nε)): the noise dominates, against which the gradients of fast',
    );
    expect(say(TWO, { times: [2, 2], change: { variance: 3 } })).toContain('the noise dominates.');
    expect(say(TWO, { change: { variance: 0 } })).toContain('There is no noise: in the lower bound a round takes as long as the slowest worker');
  });

  test('homogeneous data: the useful workers', () => {
    const homogeneous = (times: readonly number[], variance: number) => say(TWO, { times, data: 'homogeneous', change: { variance } });
    expect(homogeneous([1, 2, 4], 10)).toContain('In the lower bound all 3 workers are of use.');
    expect(homogeneous([1, 1, 400], 1)).toContain('All f_i are equal, so that the 2 fastest workers are enough for the lower bound; the slowest hardly helps.');
    expect(homogeneous([1, 300, 400], 1)).toContain('the fastest worker alone is enough for the lower bound; the other 2 hardly help.');
    expect(homogeneous([1, 1], 1)).not.toContain('lower bound all');
  });
});

describe('theory', () => {
  test('who is first, and what the method in use needs', () => {
    const bound = lowerBounds.heterogeneous.time(adviceOf(TWO).inputs);
    expect(say([best(100, bound), waiting(300, 3 * bound)])).toContain(
      'In theory ringleader-asgd is first, with 106.7, at the lower bound; minibatch-sgd needs 320, 3× as long.',
    );
    expect(say([best(100, bound), waiting(300, bound)])).toContain('In theory ringleader-asgd and minibatch-sgd are first, with 106.7, at the lower bound.');
    expect(say([best(100, 2 * bound), waiting(300, 4 * bound)])).toContain('is first, with 213.3, 2× the lower bound;');
    expect(say([best(100), leading(50)], { current: 'rescaled-asgd' })).toContain('; for rescaled-asgd only the leading term is known.');
    expect(say([best(100), waiting(Infinity, Infinity)], { times: [1, Infinity], data: 'homogeneous' })).toContain('; minibatch-sgd waits for ever.');
  });
});

describe('trial', () => {
  test('first, second, and the method in use', () => {
    const third = candidate('ia2-sgd', 500, 150);
    expect(say([...TWO, third])).toContain(
      'In the trial ringleader-asgd was first, after 100; second was ia2-sgd, 1.5× as long; minibatch-sgd needed 300, 3× as long.',
    );
    expect(say(TWO)).toContain('second was minibatch-sgd, 3× as long.\n');
    expect(say([best(100), leading(100), waiting(300)])).toContain('as fast; minibatch-sgd needed 300');
    expect(say([best(100), third, waiting(Infinity)])).toContain('; minibatch-sgd did not reach the target within the limits.');
    expect(say([best(100), waiting(Infinity)])).toContain('after 100; no other method reached the target within the limits.');
  });

  test('nobody reached the target', () => {
    const text = say([best(Infinity), waiting(Infinity)]);
    expect(text).toContain('In the trial no method reached the target within the limits, so that it says nothing: theory decides.');
    expect(text).toContain('The margin: 4× faster than minibatch-sgd in theory.');
    expect(text).not.toMatch(/agree|differ:|Careful/);
  });
});

describe('agreement', () => {
  test('trial and theory agree', () => {
    expect(say(TWO)).toContain('Trial and theory agree: nothing is ahead of ringleader-asgd in theory, and in the trial no method was faster.');
    expect(say([best(110), candidate('ia2-sgd', 400, 100), waiting(300)])).toContain('in the trial it was within 10 % of the fastest.');
  });

  test('they differ: the trial is followed, and why', () => {
    const slow = candidate('malenia-sgd', 100, 250, { optimal: true });
    expect(say([slow, candidate('ia2-sgd', 400, 100), waiting(300)])).toContain(
      'Theory and trial differ: malenia-sgd is first in theory, but needed 2.5× the time of ia2-sgd in the trial. ' +
        'The trial is followed: theory speaks of the worst case and drops constants.',
    );
    expect(say([slow, leading(100), waiting(300)])).toContain('drops constants, and of rescaled-asgd it knows only the term that dominates as ε → 0.');
    expect(say([best(Infinity), waiting(300)])).toContain('ringleader-asgd is first in theory, but did not reach the target in the trial.');
  });

  test('why not the very fastest', () => {
    const close = candidate('ia2-sgd', 400, 100);
    expect(say([best(110), close, waiting(300)])).toContain(
      'ringleader-asgd was within 10 % of ia2-sgd in the trial, and is preferred because it is optimal in theory.',
    );
    expect(say([best(100), close, waiting(300)])).not.toContain('preferred');
    const chancy = candidate('rescaled-asgd', 5, 95, { leadingTerm: true, times: [90, 95, 95, 400, 400] });
    expect(say([chancy, close, waiting(300)])).toContain('rescaled-asgd was ahead of minibatch-sgd for 3 of 5 seeds only: its gain may be chance.\n');
  });

  test('a warning where the slowest worker hardly took part', () => {
    const at = (simulated: number, setting?: Setting, changing = false) => say([best(simulated), waiting(3 * simulated)], setting, changing);
    expect(at(3.9)).toContain('Careful: in the trial ringleader-asgd was at the target before the slowest worker had returned a gradient.');
    expect(at(4)).toContain('when the slowest worker had returned at most one gradient.');
    expect(at(15)).toContain('at most 3 gradients.');
    expect(at(15, {}, true)).toContain('at the target about when');
    expect(at(16)).not.toContain('Careful');
    expect(at(3, { data: 'homogeneous' })).not.toContain('Careful');
    expect(at(3, { times: [4, 4] })).not.toContain('Careful');
  });
});

describe('margin', () => {
  test('worth a change', () => {
    expect(say(TWO)).toContain('The margin: 3× faster than minibatch-sgd in the trial, 4× in theory.');
    expect(say([leading(100), best(300), waiting(300)])).toContain('The margin: 3× faster than minibatch-sgd in the trial.');
    expect(say([best(100, 400), waiting(300)])).toContain('in the trial, equally fast in theory.');
    expect(say([best(100, 800), waiting(300)])).toContain('in the trial, but 2× slower in theory.');
    expect(say([best(100), waiting(Infinity)])).toContain('The margin: minibatch-sgd did not reach the target in the trial, 4× in theory.');
  });

  test('not worth a change', () => {
    expect(say([best(100), waiting(124.9)])).toContain('The gain is 1.24×, below 1.25×: not worth a change.');
    expect(say([best(200), waiting(100)])).toContain('minibatch-sgd, the method in use, was the fastest in the trial: nothing to gain.');
    const chancy = candidate('rescaled-asgd', 5, 100, { leadingTerm: true, times: [90, 90, 100, 400, 400] });
    expect(say([chancy, waiting(300), best(300)])).toContain(
      'rescaled-asgd was ahead of minibatch-sgd for 3 of 5 seeds only: its gain may be chance. That is not worth a change.',
    );
  });
});

test('outlook: a smaller ε, equal data', () => {
  const bound = lowerBounds.heterogeneous.time(adviceOf(TWO).inputs);
  const near = [best(100, bound), waiting(300, 1.5 * bound)];
  expect(say(near)).toContain('With a smaller ε, Minibatch SGD’s distance from the best in theory grows from 1.5× to 2×.');
  expect(say([best(100, bound), waiting(300, 1.9 * bound)])).not.toContain('smaller ε,');
  expect(say(near, { change: { variance: 0 } })).not.toContain('smaller ε,');
  expect(say(near, { times: [1, 1, 40] })).toMatch(/If all f_i were equal \(--data homogeneous\), the lower bound would be [\d.]+× lower/);
  expect(say(near, { times: [1, 1, 1] })).not.toContain('If all f_i were equal');
  expect(say(near, { data: 'homogeneous' })).not.toMatch(/smaller ε,|If all/);
});

describe('text', () => {
  const workers = (change = false) => ({ times: [1, 1, 4], change, computation: undefined as never });
  const text = (candidates: readonly Candidate[], setting: Setting = {}, options = { width: Infinity, colour: false }, change = false) =>
    adviceText(adviceOf(candidates, setting), workers(change), options);

  test('recommendation: parameters that differ from the method’s own, and the stepsize', () => {
    const theory = { stepsize: 0.001, parameters: { batchTarget: 1234 } };
    expect(text([candidate('malenia-sgd', 10, 10, { theory, stepsize: 0.0123456 }), waiting(300)])).toContain(
      'Recommendation: malenia-sgd, with batchTarget = 1,234 and stepsize 0.012 to begin with\n',
    );
    expect(text(TWO)).toContain('Recommendation: ringleader-asgd, with stepsize 0.008 to begin with\n');
    expect(text([best(100), waiting(100)])).toContain('Recommendation: keep minibatch-sgd\n');
    expect(text([best(100), candidate('minibatch-sgd', 400, 100, { theory: { stepsize: 1, parameters: { gradientsPerWorker: 1 } } })])).not.toContain(
      'gradientsPerWorker',
    );
  });

  test('notes: what the trial makes smaller, ζ², where the stepsize comes from, leading terms, changing times', () => {
    expect(text(TWO, { change: { delta: 1e5 } })).toMatch(/To keep it short, the trial has Δ = [\d,.]+ instead of 100,000\./);
    expect(text(TWO, { change: { variance: 1e5 } })).toMatch(/To keep it short, the trial has (Δ = \S+ instead of 1 and )?σ² = [\d,.]+ instead of 100,000\./);
    expect(text(TWO)).not.toContain('To keep it short');
    expect(text(TWO)).toContain('ζ² = 2 is 2 L_f Δ, as without --heterogeneity.');
    expect(text(TWO)).toContain('The stepsize is a first guess: theory’s 0.001 times 8, the factor that was best on the quadratic. Tune it.');
    expect(text([best(200), waiting(100)])).not.toContain('first guess');
    expect(text([...TWO, leading(300)])).toContain('* rescaled-asgd: only the term that dominates as ε → 0.');
    expect(text(TWO)).not.toContain('* rescaled');
    expect(text(TWO, {}, undefined, true)).toContain('Speeds change over time');
    expect(text(TWO, { data: 'homogeneous' })).not.toContain('ζ²');
  });

  test('the table marks the recommended row', () => {
    const { table, omitted } = candidateTable(adviceOf([...TWO, leading(Infinity)]), Infinity, (cell) => cell);
    expect(omitted).toEqual([]);
    expect(table).toMatch(/\n→ ringleader-asgd +100 +100 +1 +0.008 +✓/);
    expect(table).toMatch(/\n {2}minibatch-sgd +400 +300 +3 +0.008/);
    expect(table).toMatch(/\n {2}rescaled-asgd \* +5 +— +— +—/);
    expect(text(TWO, {}, { width: Infinity, colour: true })).toContain('\u001b[1m→ ringleader-asgd');
  });

  test.each([120, 80, 60, 44])('fits %i columns, and says what was left out', (width) => {
    const narrow = text([...TWO, leading(120)], { change: { delta: 1e5 } }, { width, colour: false });
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    expect(narrow.includes('Left out for')).toBe(width < 80);
    expect(narrow).toContain('→ ringleader-asgd');
  });
});
