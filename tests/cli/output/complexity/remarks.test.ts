import { describe, expect, test } from 'vitest';
import { answerTo } from '../../../../cli/complexity/answer.js';
import type { Question } from '../../../../cli/complexity/question.js';
import { remarks } from '../../../../cli/output/complexity/remarks.js';
import { sampleQuestion } from './samples.js';

const about = (question: Question) => remarks(question, answerTo(question));
const EVEN = 'All workers are equally fast: waiting costs nothing, and the simplest method is as good as any.';
const ONE = 'There is one worker: nobody waits for anybody, and the simplest method is as good as any.';
const twoSpeed = [...Array.from({ length: 99 }, () => 1), 100];

describe('heterogeneous data', () => {
  test.each<[string, Question, string[]]>([
    ['one worker', sampleQuestion([3]), [ONE]],
    ['equal workers', sampleQuestion([2, 2, 2]), [EVEN]],
    // (100 + 100) / (100 + 1.99), and 100/1.99 in the limit; τ_avg σ²/(nε) alone is small.
    ['much to lose', sampleQuestion(twoSpeed), [
      'With these speeds, waiting for the slowest costs 2×: Minibatch SGD against the lower bound.', 'As ε → 0 that grows to τ_n/τ_avg = 50×.',
    ]],
    ['all of it lost', sampleQuestion(twoSpeed, { epsilon: 1e-6 }), [
      'With these speeds, waiting for the slowest costs 50×: Minibatch SGD against the lower bound.',
    ]],
    // 1.5 · 0.001/(2 · 0.01) = 0.075 against 2.
    ['little noise', sampleQuestion([1, 2], { variance: 0.001 }), [
      'The noise is small (τ_avg σ²/(nε) is 4 % of τ_n): every method waits for the slowest worker here.',
      'With a smaller ε, waiting for the slowest can cost up to τ_n/τ_avg = 1.3×.',
    ]],
    ['hardly any noise', sampleQuestion([1, 1.01], { variance: 1e-6 }), [
      'The noise is small (τ_avg σ²/(nε) is less than 1 % of τ_n): every method waits for the slowest worker here.',
    ]],
    ['nearly equal workers', sampleQuestion([1, 1.05]), ['Waiting for the slowest costs little here: Minibatch SGD needs 1.02× the time of the lower bound.']],
    ['no noise', sampleQuestion([1, 5], { variance: 0 }), ['Without noise every method waits for the slowest worker: the simplest method is as good as any.']],
    ['one gone', sampleQuestion([1, Infinity]), [
      '1 of 2 workers never returns a gradient: with other data on every worker nobody can be left out, and no method is sure to reach the target.',
    ]],
  ])('%s', (_name, question, expected) => {
    expect(about(question)).toEqual(expected);
  });
});

describe('homogeneous data', () => {
  test.each<[string, Question, string[]]>([
    ['one worker', sampleQuestion([3], {}, 'homogeneous'), [ONE]],
    ['equal workers', sampleQuestion([2, 2, 2], {}, 'homogeneous'), [EVEN]],
    // (m + σ²/ε) / Σ_{i≤m} 1/τ_i with σ²/ε = 1: 2, 2.94, 3.85.
    ['one fast worker', sampleQuestion([1, 50, 50], { variance: 0.01 }, 'homogeneous'), [
      'With these speeds, waiting for the slowest costs 33×: Minibatch SGD against the lower bound.',
      'The fastest of 3 workers alone is as good as all of them: the others hardly help.',
      'ASGD, which takes the gradients of all, needs 1.9× the time of the lower bound.',
    ]],
    ['some fast workers', sampleQuestion([1, 1, 1, 1000], { variance: 0.1 }, 'homogeneous'), [
      'With these speeds, waiting for the slowest costs 810×: Minibatch SGD against the lower bound.',
      'The 3 fastest of 4 workers do all the work: the others hardly help.',
    ]],
    ['everybody needed', sampleQuestion([1, 2], {}, 'homogeneous'), [
      'With these speeds, waiting for the slowest costs 1.5×: Minibatch SGD against the lower bound.', 'All 2 workers are of use, the slowest too.',
    ]],
    ['some gone', sampleQuestion([1, Infinity, Infinity], {}, 'homogeneous'), [
      '2 of 3 workers never return a gradient: Minibatch SGD waits for ever, the others go on without.',
      'The fastest of 3 workers alone is as good as all of them: the others hardly help.',
    ]],
    ['all gone', sampleQuestion([Infinity, Infinity], {}, 'homogeneous'), ['No worker ever returns a gradient: no method can do anything.']],
  ])('%s', (_name, question, expected) => {
    expect(about(question)).toEqual(expected);
  });
});

test('the universal model tells its rounds', () => {
  const question: Question = { ...sampleQuestion([1]), speeds: { powers: [[[0, 1]]] }, data: 'homogeneous' };
  const rows = answerTo(sampleQuestion([1])).rows;
  expect(remarks(question, { rows, universal: { time: 5, rounds: 1, target: 1 } })).toEqual([
    '1 round; each ends when the workers together have computed 1 gradient since it began.',
  ]);
  expect(remarks(question, { rows, universal: { time: Infinity, rounds: 9, target: 2 } })).toEqual([
    'The power does not suffice: there is a round that never ends.',
  ]);
});
