import { complexities } from '../../../bindings/index.js';
import type { ExperimentTheory, ResolvedExperiment } from '../../../bindings/index.js';
import { predictedTime, readableNumber } from '../../../figures/index.js';
import { CONSTANTS } from '../../complexity/constants.js';
import { timesChange } from '../../complexity/speeds.js';
import { constantsText } from '../complexity/head.js';
import { takesTime } from '../network.js';

/** What to know about theory's stepsizes and times of an experiment, a sentence each. */
export function theoryNotes(experiment: ResolvedExperiment, theory: ExperimentTheory): string[] {
  return [
    'Predicted: the papers’ worst-case times with constant 1, at the theory stepsize; on one problem a method may be far faster.',
    ...targetNote(experiment),
    settingNote(experiment, theory),
    ...estimateNote(theory),
    ...unknownNotes(theory),
    ...leadingNotes(theory),
    ...experiment.methods.flatMap((entry, index) => parameterNote(theory.methods[index]!.method, entry, theory)),
    ...timesNote(experiment),
  ];
}

/** The time to the target is that to all of it. */
function targetNote({ target }: ResolvedExperiment): string[] {
  const others = Object.entries(target ?? {}).some(([key, value]) => key !== 'gradientNormSquared' && value !== undefined);
  return others ? ['Predicted times are to ‖∇f‖² ≤ ε alone, not to the rest of the target.'] : [];
}

/** `Theory for heterogeneous data: L_f = 1, …, ε = 0.001; lower bound 4,213.` */
function settingNote({ seeds }: ResolvedExperiment, { data, inputs, constants, lowerBound }: ExperimentTheory): string {
  const estimated = constants.estimates === undefined ? [] : CONSTANTS.map(({ name }) => name).filter((name) => name !== 'epsilon');
  const numbers = constantsText({ quantities: inputs, data, speeds: { times: Array.from(inputs.times) }, estimated: new Set(estimated), notes: [] });
  // Random problems and times differ from seed to seed.
  const seed = seeds.length > 1 ? ` and seed ${seeds[0]!}` : '';
  return `Theory for ${data} data${seed}: ${numbers}; lower bound ${readableNumber(lowerBound)}.`;
}

function estimateNote({ constants: { estimates } }: ExperimentTheory): string[] {
  return estimates === undefined ? [] : [`≈: estimated along a short run of gradient descent; f* in Δ is ${estimates.optimum}.`];
}

/** Tells for which methods theory knows no time. */
function unknownNotes({ methods, data }: ExperimentTheory): string[] {
  const unknown = methods.filter(({ time }) => time === null);
  const labels = (among: ExperimentTheory['methods']): string => among.map(({ method }) => method).join(', ');
  const [elsewhere, nowhere] = [unknown.filter(({ choice }) => choice !== null), unknown.filter(({ choice }) => choice === null)];
  return [
    ...(elsewhere.length > 0 ? [`No time complexity is known for ${data} data: ${labels(elsewhere)}.`] : []),
    ...(nowhere.length > 0 ? [`Neither a stepsize nor a time complexity is known: ${labels(nowhere)}.`] : []),
  ];
}

function leadingNotes({ methods }: ExperimentTheory): string[] {
  const leading = methods.filter(({ time, leadingTerm }) => leadingTerm && time !== null);
  const empty = leading.filter((method) => predictedTime(method) === undefined);
  return [
    ...(empty.length < leading.length ? ['≥: only the term that dominates as ε → 0.'] : []),
    ...(empty.length > 0 ? [`Only the noise term is known, which is 0 here: ${empty.map(({ method }) => method).join(', ')}.`] : []),
  ];
}

/** Tells the parameters that theory asks for, where the run has others; a stepsize is for the one that is given, if any. */
function parameterNote(label: string, { name, stepsize, ...given }: ResolvedExperiment['methods'][number], { inputs }: ExperimentTheory): string[] {
  const theory = complexities.find(({ method }) => method === name)?.theory;
  if (theory === undefined) return [];
  const wanted = theory.choose(inputs);
  // Methods take the noise as 0 unless they are told of it.
  const own = theory.choose({ ...inputs, variance: 0 }, given);
  const choice = theory.choose(inputs, given);
  return Object.entries(wanted.parameters).flatMap(([key, value]) => {
    const [held, chosen] = [own.parameters[key]!, choice.parameters[key]!];
    if (held === value) return [];
    const stepsizeNote = chosen === value ? '' : ', and the theory stepsize is for that';
    return [`${label}: theory asks for ${key} = ${readableNumber(value)}; the run has ${readableNumber(held)}${stepsizeNote}.`];
  });
}

function timesNote({ workers }: ResolvedExperiment): string[] {
  const parts = [...(timesChange(workers.computation) ? ['takes the expected computation times'] : []), ...(takesTime(workers) ? ['leaves out messages'] : [])];
  return parts.length === 0 ? [] : [`Theory ${parts.join(' and ')}.`];
}
