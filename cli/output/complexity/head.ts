import { readableNumber } from '../../../figures/index.js';
import { CONSTANTS, type ConstantName } from '../../complexity/constants.js';
import type { Question, WorkerSpeeds } from '../../complexity/question.js';

/** `100 workers: τ from 1.3 to 118 (τ_n), mean τ_avg = 53.2, harmonic mean 20.1`; or that they have powers over time. */
export function speedsText(speeds: WorkerSpeeds): string {
  if (speeds.powers !== undefined) {
    const cycle = speeds.cycle === undefined ? '' : `, repeated every ${readableNumber(speeds.cycle)}`;
    return `${workersText(speeds.powers.length)} with given powers over time${cycle}`;
  }
  const { times } = speeds;
  const range = rangeText(times);
  if (!range.startsWith('from')) return `${workersText(times.length)}: τ = ${range}`;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const harmonic = times.length / times.reduce((sum, time) => sum + 1 / time, 0);
  return `${workersText(times.length)}: τ ${range} (τ_n), mean τ_avg = ${readableNumber(mean)}, harmonic mean ${readableNumber(harmonic)}`;
}

/** `Heterogeneous data; L_f = 1, …` */
export function settingText(question: Question): string {
  return `${question.data === 'heterogeneous' ? 'Heterogeneous data' : 'Homogeneous data (all f_i equal)'}; ${constantsText(question)}`;
}

/** `100 workers, τ from 1.3 to 118` */
export function shortSpeedsText(times: readonly number[]): string {
  const range = rangeText(times);
  return `${workersText(times.length)}, τ ${range.startsWith('from') ? range : `= ${range}`}`;
}

/**
 * `L_f = 1, L_max = 2, Δ = 1, σ² ≈ 0.3, ε = 0.01`: estimates have ≈. Ringleader ASGD's L is shown where it is not L_f.
 * @param omitted A constant that is not to be told.
 */
export function constantsText({ quantities, estimated, data, speeds }: Question, omitted?: ConstantName): string {
  const { smoothness, ringleaderSmoothness = smoothness, maxSmoothness = smoothness } = quantities;
  const several = data === 'heterogeneous' && speeds.powers === undefined;
  const parts = CONSTANTS.filter(({ name }) => name !== omitted && (several || name !== 'maxSmoothness')).map(({ name, symbol }) => {
    const shown = name === 'smoothness' && !several ? 'L' : symbol;
    return `${shown} ${estimated.has(name) ? '≈' : '='} ${readableNumber(name === 'maxSmoothness' ? maxSmoothness : quantities[name])}`;
  });
  if (!several || ringleaderSmoothness === smoothness) return parts.join(', ');
  const own = `L ${estimated.has('smoothness') ? '≈' : '='} ${readableNumber(ringleaderSmoothness)} (Ringleader ASGD)`;
  return [parts[0]!, own, ...parts.slice(1)].join(', ');
}

function workersText(count: number): string {
  return `${readableNumber(count)} worker${count === 1 ? '' : 's'}`;
}

function rangeText(times: readonly number[]): string {
  const [least, most] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))].map(readableNumber);
  return least === most ? least! : `from ${least!} to ${most!}`;
}
