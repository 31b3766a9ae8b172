import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { killStudies } from './kill/kill-study.js';

/** Kills studies at random moments, and tells whether anything was lost: `node dist/bench/kill.bench.js --kills 50 --seed 1`. */
const { values } = parseArgs({ options: { kills: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } } });
const { killed, studies, kept, torn, faults } = await killStudies({
  main: fileURLToPath(new URL('../cli/main.js', import.meta.url)),
  kills: Number(values.kills),
  seed: Number(values.seed),
  life: { least: 200, most: 1200, longer: 4000 },
  longRun: 300_000,
  log: (line) => console.log(line),
});
const count = killed.time + killed.outcome + killed.results;
console.log(`${count} kills (${killed.time} at any time, ${killed.outcome} as a run was written down, ${killed.results} while waiting for the results), ${torn} torn lines.`);
console.log(`${studies} studies finished; ${kept} times a finished run was known at a start, and was kept.`);
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'Nothing was lost, and all files are those of studies left alone.' : 'FAILED');
process.exitCode = faults.length === 0 ? 0 : 1;
