/** Every kernel benchmark, with more time than `straggler bench` takes: npm run bench. */
import { Bench } from 'tinybench';
import { kernelBenchmarks, loadKernels } from '../bindings/index.js';

const benchmarks = kernelBenchmarks(await loadKernels());
const bench = new Bench({ time: 2000, warmupTime: 300 });
for (const benchmark of benchmarks) bench.add(benchmark.name, () => benchmark.run());
await bench.run();

console.log(`Node ${process.version}; medians, one thread`);
for (const [index, task] of bench.tasks.entries()) {
  const { work, unit } = benchmarks[index]!;
  const { result } = task;
  if (!('latency' in result)) throw new Error(`bench: '${task.name}' must run to its end, got state ${result.state}`);
  const seconds = result.latency.p50 / 1000;
  const scale = unit === 'M/s' ? 1e6 : 1e9;
  console.log(`${task.name.padEnd(40)} ${(work / seconds / scale).toFixed(1).padStart(8)} ${unit.padEnd(8)} ${(seconds * 1e6).toFixed(1).padStart(10)} µs`);
}
