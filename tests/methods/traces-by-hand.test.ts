import { describe, expect, it } from 'vitest';
import { fixedTimes, methods } from '../../bindings/index.js';
import { centred, methodNamed, network, simulate } from '../quadratics.js';
import type { Links } from '../quadratics.js';
import { byDefinition } from './reference.js';

// Three workers in one dimension: f_i(x) = ½ (x − c_i)², c = (1, 2, 3), x⁰ = 10, so that ∇f_i(10) = 9, 8, 7. Each trace was
// worked out by hand; the comments say how. The reference implementation must give them, too.
const problem = centred([[1], [2], [3]], [10]);
const { SQRT2 } = Math;
const SQRT3 = Math.sqrt(3);

/** An update: time, worker, delay (null where a local method has none), x. */
type Row = [time: number, worker: number, delay: number | null, x: number];

interface Trace {
  title: string;
  method: string;
  stepsize: number;
  parameters?: Record<string, unknown>;
  times: number[];
  links?: Links;
  rows: Row[];
  statistics?: Record<string, number>;
}

const rennalaRows: Row[] = [[3, 1, 0, 5.75], [6, 1, 0, 3.625]];
const ringmasterRows: Row[] = [
  [2, 0, 0, 7.75], // 10 − ¼ · 9
  [3, 1, 1, 5.75], // − ¼ · 8, computed at x⁰
  [4, 0, 1, 4.0625], // − ¼ · 6.75, computed at 7.75
  [6, 0, 0, 3.296875], // − ¼ · 3.0625
  [8, 0, 0, 2.72265625], // − ¼ · 2.296875
  [9, 1, 1, 2.3984375], // − ¼ · 1.296875, computed at 3.296875
];
const duDeRows: Row[] = [
  // Mean 8 at x⁰, steps of ¾: worker 2 is the last to report.
  [4, 2, 0, 4],
  // Worker 0 began at x⁰ at t = 4: the same mean.
  [5, 0, 1, -2],
  // Worker 0 at −2: −3 instead of 9, mean 4. Worker 1 at x⁰: no difference.
  [6, 0, 0, -5],
  [6, 1, 3, -8],
  // At −5: −6, mean 3. Then at −10.25: −11.25, mean 1.25.
  [7, 0, 1, -10.25],
  [8, 0, 0, -11.1875],
  // Worker 1 at −8: −10 instead of 8, mean −4.75. Worker 2 at 4: 1 instead of 7, mean −6.75.
  [8, 1, 2, -7.625],
  [8, 2, 6, -2.5625],
];
const latencyLinks = { up: [1, 2, 3], down: [3, 2, 1] };

const traces: Trace[] = [
  {
    title: 'delay-adaptive ASGD', method: 'delay-adaptive-asgd', stepsize: 0.5, times: [1, 2, 4],
    rows: [
      [1, 0, 0, 5.5], // 10 − ½ · 9
      [2, 0, 0, 3.25], // − ½ · 4.5
      [2, 1, 2, -0.75], // − ½ · 8, computed at x⁰: δ = 2 < n
      [3, 0, 1, -1.875], // − ½ · 2.25, computed at 3.25
      [4, 0, 0, -0.4375], // − ½ · (−2.875)
      [4, 1, 2, 0.9375], // − ½ · (−2.75), computed at −0.75
      [4, 2, 6, -0.8125], // − ½ · 3/6 · 7, computed at x⁰
    ],
  },
  { title: 'DuDe-ASGD, one report per update', method: 'dude-asgd', stepsize: 0.75, times: [1, 2, 4], rows: duDeRows },
  { title: 'IA²SGD does the same', method: 'ia2-sgd', stepsize: 0.75, times: [1, 2, 4], rows: duDeRows },
  {
    title: 'DuDe-ASGD, two reports per update', method: 'dude-asgd', stepsize: 0.75, parameters: { concurrency: 2 }, times: [1, 2, 4],
    rows: [
      // Workers 0 and 1 wait at 1 and 2, and continue at x⁰ because worker 2 has not reported; again at 3 and 4. Then worker 2 waits.
      // Worker 0 reports at 5: first update, mean 8; workers 0 and 2 receive 4.
      [5, 0, 0, 4],
      // Worker 0 at 4: 3 instead of 9, mean 6. Worker 1 (x⁰, since 4) brings no difference.
      [6, 1, 1, -0.5],
      // At −0.5: −1.5 instead of 3 at t = 7, −2.5 instead of 8 at t = 8: mean 6 − 1.5 − 3.5 = 1.
      [8, 1, 0, -1.25],
      // Worker 0 at −1.25: −2.25 instead of −1.5; worker 2 (at 4 since 5): 1 instead of 7: mean 1 − 0.25 − 2 = −1.25.
      [9, 2, 2, -0.3125],
    ],
  },
  {
    title: 'Rennala SGD, B = 2', method: 'rennala-sgd', stepsize: 0.5, parameters: { batch: 2 }, times: [2, 3, 7],
    rows: [
      // Worker 0 at 2: 9; worker 1 at 3: 8. Worker 0 goes on at x⁰ meanwhile: discarded at 4.
      // At 5.75: worker 0 from 4 to 6: 4.75; worker 1 from 3 to 6: 3.75.
      ...rennalaRows,
      // Discarded: worker 2 at 7, worker 0 at 8. Worker 1 (3.625 since 6) at 9: 1.625; worker 0 (since 8) at 10: 2.625.
      [10, 0, 0, 2.5625],
      // Worker 0 at 12: 1.5625, and again at 14. Discarded: worker 1 (3.625 since 9) at 12.
      [14, 0, 0, 1.78125],
    ],
    statistics: { gradients: 12, gradientsDiscarded: 4, discardedTime: 2 + 7 + 2 + 3 },
  },
  {
    title: 'Rennala SGD, B = 2 = ⌈σ²/ε⌉, with stops', method: 'rennala-sgd', stepsize: 0.5, parameters: { variance: 3, epsilon: 2, stops: true }, times: [2, 3, 7],
    // Rounds of 3; worker 0 is stopped after 1 and worker 2 after 3 seconds.
    rows: [...rennalaRows, [9, 1, 0, 2.5625]],
    statistics: { gradients: 6, gradientsDiscarded: 6, discardedTime: 12 },
  },
  {
    title: 'Ringmaster ASGD, R = 2', method: 'ringmaster-asgd', stepsize: 0.25, parameters: { threshold: 2 }, times: [2, 3, 7], rows: ringmasterRows,
    // Worker 1 at 6 (δ = 2) and worker 2 at 7 (δ = 4).
    statistics: { gradients: 8, gradientsDiscarded: 2, discardedTime: 10, maxDelay: 4 },
  },
  {
    title: 'Ringmaster ASGD, R = 2, with stops', method: 'ringmaster-asgd', stepsize: 0.25, parameters: { threshold: 2, stops: true }, times: [2, 3, 7],
    rows: ringmasterRows,
    // Worker 2 is stopped at 3, 6 and 9, worker 1 at 6 at the very instant at which it would report: three seconds each.
    statistics: { gradients: 6, gradientsDiscarded: 4, discardedTime: 12, maxDelay: 1 },
  },
  {
    title: 'FedBuff, K = 2', method: 'fedbuff', stepsize: 0.5, parameters: { bufferSize: 2 }, times: [1, 2, 4],
    rows: [
      [2, 0, 0, 5.5], // 10 − ¼ (9 + 9), both at x⁰
      [3, 0, 0, 4.375 - SQRT2], // − ¼ (8/√2 + 4.5)
      [4, 1, 1, 3.53125 - 1.1875 * SQRT2], // − ¼ ((3.375 − √2) + 3.5/√2)
      [5, 0, 1, 2.90625 - 1.609375 * SQRT2], // − ¼ (7/√4 + (3.375 − √2)/√2)
    ],
  },
  {
    title: 'FedBuff, K = 1, two local steps', method: 'fedbuff', stepsize: 0.5, parameters: { bufferSize: 1, localSteps: 2 }, times: [1, 2, 4],
    rows: [
      [2, 0, 0, 3.25], // 9 at 10, 4.5 at 5.5
      [4, 0, 0, 1.5625], // 2.25 at 3.25, 1.125 at 2.125
      [4, 1, 2, 1.5625 - 2 * SQRT3], // 8 at 10, 4 at 6: 12/√3
      [6, 0, 1, 1.5625 - 2 * SQRT3 - 0.2109375 * SQRT2], // 0.5625 and 0.28125: 0.84375/√2
    ],
  },
  {
    title: 'Local SGD, two steps', method: 'local-sgd', stepsize: 0.5, parameters: { localSteps: 2 }, times: [1, 2, 4],
    rows: [
      [8, 2, null, 4], // 3.25, 4, 4.75
      [16, 2, null, 2.5], // 1.75, 2.5, 3.25
    ],
  },
  {
    title: 'Local SGD, N = (4, 2, 1) in a window', method: 'local-sgd', stepsize: 0.5, parameters: { window: 4 }, times: [1, 2, 4],
    rows: [[4, 2, null, (1.5625 + 4 + 6.5) / 3]],
  },
  {
    title: 'Local SGD, N = (3, 1, 1) in a window', method: 'local-sgd', stepsize: 0.5, parameters: { window: 3 }, times: [1, 2, 4],
    rows: [[4, 2, null, (2.125 + 6 + 6.5) / 3]],
  },
  {
    title: 'Local SGD with flight times', method: 'local-sgd', stepsize: 0.5, parameters: { localSteps: 1 }, times: [1, 2, 4], links: latencyLinks,
    // Messages arrive at 2, 4, 7, answers at 10, 9, 8; then 12, 13, 15 and 18, 17, 16.
    rows: [[10, 0, null, 6], [18, 0, null, 4]],
  },
  {
    title: 'LOSCAR-SGD, delay-corrected, flights of no length', method: 'loscar-sgd', stepsize: 0.5, parameters: { localSteps: 1 }, times: [1, 2, 4],
    links: { up: [0, 0, 0], down: [0, 0, 0] },
    rows: [
      // y = 5.5, 6, 6.5, mean 6 at t = 4; z = 1.5625, 4, 6.5: merged 2.0625, 4, 6.
      [4, 2, null, 12.0625 / 3],
      // y = 1.53125, 3, 4.5, sum 9.03125; z − y = −0.46484375, −0.5, 0.
      [8, 2, null, 8.06640625 / 3],
    ],
  },
  {
    title: 'LOSCAR-SGD finishes the steps in progress', method: 'loscar-sgd', stepsize: 0.5, parameters: { localSteps: 1 }, times: [3, 4, 5],
    links: { up: [0, 0, 0], down: [0, 0, 0] },
    rows: [
      // Mean 6 at t = 5. Worker 2 merges at once: 6; worker 0 at 6: 6 + 3.25 − 5.5; worker 1 at 8: 6 + 4 − 6.
      [8, 1, null, 13.75 / 3],
      // y = 2.375 (t = 9), 3 (12), 4.5 (10). At 12 worker 0 has 1.6875, worker 1 has not gone on; worker 2 merges at 15 with 3.75.
      [15, 2, null, 2.8125],
    ],
  },
  {
    title: 'LOSCAR-SGD, delay-corrected, with flight times', method: 'loscar-sgd', stepsize: 0.5, parameters: { localSteps: 1 }, times: [1, 2, 4],
    links: { up: [1, 1, 1], down: [1, 1, 1] },
    // Answers (mean 6) at 6. Worker 0: five more steps, z = 1.140625; worker 1: two, z = 3; worker 2 finishes one at 8: z = 4.75.
    rows: [[8, 2, null, (1.640625 + 3 + 4.25) / 3]],
  },
  {
    title: 'LOSCAR-SGD, overwriting, with flight times', method: 'loscar-sgd', stepsize: 0.5, parameters: { localSteps: 1, merge: 'overwrite' }, times: [1, 2, 4],
    links: { up: [1, 1, 1], down: [1, 1, 1] },
    // Worker 2 starts from 8 and finishes its extra step at 16.
    rows: [[8, 2, null, 6], [16, 2, null, 4]],
  },
  {
    title: 'LOSCAR-SGD without overlap', method: 'loscar-sgd', stepsize: 0.5, parameters: { localSteps: 1, overlap: false }, times: [1, 2, 4],
    links: { up: [1, 1, 1], down: [1, 1, 1] },
    rows: [[6, 2, null, 6], [12, 2, null, 4]],
  },
  {
    title: 'LOSCAR-SGD, two steps of overlap', method: 'loscar-sgd', stepsize: 0.5, parameters: { localSteps: 1, overlapSteps: 2 }, times: [1, 2, 4],
    links: { up: [1, 1, 1], down: [1, 1, 1] },
    // Worker 0 has z = 2.125 at 3 and waits until 6; worker 1 has z = 3 at 6; worker 2 has z = 3.875 at 12: merged 2.625, 3, 3.375.
    rows: [[12, 2, null, 3]],
  },
  {
    title: 'LOSCAR-SGD, balanced', method: 'loscar-sgd', stepsize: 3 / 14, parameters: { localSteps: 1, merge: 'overwrite', balance: true }, times: [1, 2, 4],
    links: { up: [0, 0, 0], down: [0, 0, 0] },
    // H = (4, 2, 1) in every round. Rounds 0 and 1 with η: x − 2 shrinks by 11/14; then with η (7/3)/H_i = ⅛, ¼, ½.
    rows: [
      [4, 2, null, 2 + 88 / 14],
      [8, 2, null, 2 + 968 / 196],
      [12, 2, null, 2 + 968 / 196 - (0.125 * (968 / 196 + 1) + (0.25 * 968) / 196 + 0.5 * (968 / 196 - 1)) / 3],
    ],
  },
  {
    title: 'Minibatch SGD with flight times', method: 'minibatch-sgd', stepsize: 0.25, times: [1, 2, 4], links: latencyLinks,
    // Gradients arrive at 2, 4, 7, models at 10, 9, 8; then gradients at 12, 13, 15.
    rows: [[7, 2, 0, 8], [15, 2, 0, 6.5]],
  },
  {
    title: 'ASGD with flight times', method: 'asgd', stepsize: 0.25, times: [1, 2, 4], links: latencyLinks,
    rows: [
      [2, 0, 0, 7.75], // 10 − ¼ · 9; worker 0 has it at 5, and its gradient arrives at 7
      [4, 1, 1, 5.75], // − ¼ · 8; worker 1 has it at 6, and its gradient arrives at 10
      [7, 0, 1, 4.0625], // − ¼ · 6.75
      [7, 2, 3, 2.3125], // − ¼ · 7
      [10, 1, 2, 1.375], // − ¼ · 3.75
    ],
  },
  {
    title: 'IA²SGD with flight times and bandwidth', method: 'ia2-sgd', stepsize: 0.75, times: [1, 2, 4],
    // A model (8 bytes) takes 2 seconds down, the command to continue 1.
    links: { up: [1, 1, 1], down: [1, 1, 1], downBandwidth: [8, 8, 8] },
    rows: [
      // Worker 0 reports at 2 and 5, worker 1 at 3, then worker 2 at 5: mean 8.
      [5, 2, 0, 4],
      // At x⁰ again: worker 1 (from 4 to 6), worker 0 (from 6 to 7).
      [7, 1, 1, -2],
      [8, 0, 2, -8],
      // All three at 12: worker 0 at −8: −9, mean 2; worker 1 at −2: −4, mean −2; worker 2 at 4: 1, mean −4.
      [12, 0, 0, -9.5],
      [12, 1, 2, -8],
      [12, 2, 4, -5],
    ],
  },
];

function check(updates: readonly { time: number; worker: number; delay?: number; x: number[] }[], rows: readonly Row[]): void {
  expect(updates.map(({ time, worker, delay }, k) => [time, worker, rows[k]![2] === null ? null : delay])).toEqual(rows.map((row) => row.slice(0, 3)));
  updates.forEach(({ x }, k) => expect(x[0]).toBeCloseTo(rows[k]![3], 12));
}

describe.each(traces)('hand-computed trace: $title', ({ method, stepsize, parameters = {}, times, links, rows, statistics = {} }) => {
  const net = links && network(links);
  const computation = fixedTimes(times);

  it('the engine gives it', async () => {
    const outcome = await simulate(methodNamed(methods, method), { stepsize, ...parameters }, problem, computation, { updates: rows.length }, { network: net });
    check(outcome.updates, rows);
    expect(outcome.statistics).toMatchObject(statistics);
  });

  it('the reference implementation gives it', () => {
    const run = byDefinition(method, { data: problem, computation, network: net }, stepsize, parameters, rows.length);
    check(run.updates, rows);
    const { gradientsDiscarded, gradients } = statistics;
    if (gradientsDiscarded !== undefined) expect(run.discarded).toBe(gradientsDiscarded);
    if (gradients !== undefined) expect(run.arrivals).toHaveLength(gradients);
  });
});
