import { predictedTime, readableNumber } from '../../../figures/index.js';
import type { MethodRecord, TheoryRecord } from './record.js';

export const THEORY_HEADINGS = ['theory\nstepsize', 'predicted\ntime'] as const;

/** A method's cells under `THEORY_HEADINGS`: `—` where nothing is known, `≥` before a time that is a leading term only. */
export function theoryCells({ methods }: TheoryRecord, method: string): [stepsize: string, time: string] {
  const known = methods.find((candidate) => candidate.method === method);
  // Theory's stepsize is 0 where it knows none that is safe.
  return known === undefined ? ['—', '—'] : [known.stepsize ? readableNumber(known.stepsize) : '—', timeText(known)];
}

function timeText(method: MethodRecord): string {
  const time = predictedTime(method);
  return time === undefined ? '—' : `${method.leadingTerm ? '≥ ' : ''}${readableNumber(time)}`;
}
