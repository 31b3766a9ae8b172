// Theory instead of simulation: the methods' time complexities for a fleet, the lower bound, and what waiting costs. Constant factors are
// dropped: compare the times with each other, not with a clock.
import { DATA_SETTINGS, LOWER_BOUND, timeComplexities, usefulWorkers } from 'straggler';

// 90 machines that need 1 s for a stochastic gradient, and 10 old ones that need 30 s.
const times = Array.from({ length: 100 }, (_, i) => (i < 90 ? 1 : 30));

// f is L-smooth, f(x⁰) − f* = Δ, stochastic gradients have the variance σ², and the target is ‖∇f(x)‖² ≤ ε.
const problem = { times, smoothness: 1, delta: 1, variance: 1, epsilon: 1e-3 };

for (const setting of DATA_SETTINGS) {
  const rows = timeComplexities(problem, setting); // the fastest first
  const bound = timeOf(LOWER_BOUND, rows);
  console.log(`${`${setting} data`.padEnd(22)} ${'time'.padStart(10)} × bound   assumes`);
  for (const { method, time, leadingTerm, assumes } of rows) {
    const notes = [leadingTerm === true ? 'the leading term only' : '', assumes].filter((note) => note !== '');
    console.log(`  ${method.padEnd(20)} ${time.toFixed(0).padStart(8)} s ${(time / bound).toFixed(1).padStart(7)}   ${notes.join('; ')}`);
  }
  const best = rows.filter(({ method, time, leadingTerm }) => method !== LOWER_BOUND && leadingTerm !== true && time < 1.05 * bound);
  console.log(`  At the lower bound: ${best.map(({ method }) => method).join(', ')}.\n`);
}

console.log(`Where all hold the same data, ${usefulWorkers(problem)} of the ${times.length} workers are of use; otherwise nobody can do without the slow ones.\n`);

// The more noise, the more gradients a step averages, and the less it matters who comes last.
console.log('What waiting for the slowest in every round costs, heterogeneous data:');
for (const variance of [0, 0.01, 0.1, 1, 10]) {
  const rows = timeComplexities({ ...problem, variance }, 'heterogeneous');
  console.log(`  σ² = ${String(variance).padEnd(5)} ${(timeOf('minibatch-sgd', rows) / timeOf(LOWER_BOUND, rows)).toFixed(1)}×`);
}

function timeOf(name = '', rows = timeComplexities(problem, 'heterogeneous')) {
  return rows.find(({ method }) => method === name)?.time ?? NaN;
}
