import { InputError } from '../../bindings/index.js';
import type { ExperimentInput } from '../../bindings/index.js';
import { defaults, type Field, type Setting } from './fields.js';

/** More workers than these are drawn badly, and computed slowly. */
const MOST_WORKERS = 200;
const FEWEST_WORKERS = 2;
const HIDDEN = [32];
/** Of the random quadratics. */
const DIMENSION = 50;
/** Evaluations within the budget. */
const EVALUATIONS = 50;

type Problem = ExperimentInput['problem'];
type Computation = NonNullable<NonNullable<ExperimentInput['workers']>['computation']>;

/**
 * The experiment of a setting. What is wrong with a number is left to `resolveExperiment`, which has the words for it: text that is no
 * number stays text.
 * @throws InputError where a field is empty, or beyond what the lab offers.
 */
export function experimentOf(setting: Setting): ExperimentInput {
  const value = reader(setting);
  const count = value('workers');
  if (!(Number.isInteger(count) && count >= FEWEST_WORKERS && count <= MOST_WORKERS)) {
    throw new InputError('lab', 'workers', `be a whole number from ${FEWEST_WORKERS} to ${MOST_WORKERS}`, count);
  }
  const time = value('time');
  return {
    name: 'lab',
    seed: value('seed'),
    problem: problemOf(setting),
    workers: { count, computation: computationOf(setting), network: { latency: value('latency') } },
    methods: listOf(setting.methods),
    stepsizes: stepsizesOf(setting),
    budget: { time },
    target: setting.problem === 'quadratic' ? { suboptimality: value('gap') } : { objective: value('target') },
    evaluate: { every: time / EVALUATIONS },
  };
}

function problemOf(setting: Setting): Problem {
  const { problem, data } = setting;
  const value = reader(setting);
  switch (problem) {
    case 'network':
    case 'linear': {
      const partition = (data === 'dirichlet' ? { kind: data, alpha: value('alpha') } : { kind: data }) as { kind: 'iid' };
      return { kind: 'mlp', hidden: problem === 'network' ? HIDDEN : [], data: 'digits', partition, batch: value('batch') };
    }
    case 'quadratic':
      return {
        kind: 'quadratic', form: 'random', dimension: DIMENSION, homogeneous: setting.functions === 'same', spread: value('spread'), noise: value('noise'),
      };
    default:
      throw new InputError('lab', 'problem', "be 'network', 'linear' or 'quadratic'", problem);
  }
}

function computationOf(setting: Setting): Computation {
  const { speeds } = setting;
  const value = reader(setting);
  switch (speeds) {
    case 'two-speed':
      return { kind: speeds, slow: value('slow'), slowFraction: value('share') };
    case 'lognormal':
      return { kind: speeds, sigma: value('sigma') };
    case 'pareto':
      return { kind: speeds, shape: value('shape') };
    case 'regime-switching':
      return { kind: speeds, base: { kind: 'linear' }, period: value('period') };
    default:
      return { kind: speeds } as Computation;
  }
}

function stepsizesOf({ stepsizes }: Setting): number[] {
  if (stepsizes.trim() === '') throw new InputError('lab', 'stepsizes', 'be given', undefined);
  return listOf(stepsizes).map(numberOf);
}

/** The entries of a list with commas, or blanks. */
export function listOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== '');
}

function reader(setting: Setting): (field: Field) => number {
  return (field) => {
    if (setting[field].trim() === '') throw new InputError('lab', field, 'be given', undefined);
    return numberOf(setting[field]);
  };
}

/** What is no number is handed on as it is, to be complained about. */
function numberOf(text: string): number {
  const number = Number(text);
  return Number.isNaN(number) ? (text as unknown as number) : number;
}

/** The field that a key of an experiment comes from, as errors name it; undefined where no field does. */
export function fieldOf(key: string): Field | undefined {
  if (Object.hasOwn(defaults, key)) return key as Field;
  const [name] = Object.entries(KEYS).find(([, pattern]) => pattern.test(key)) ?? [];
  return name as Field | undefined;
}

const KEYS: Readonly<Partial<Record<Field, RegExp>>> = {
  data: /^problem\.partition(\.kind)?$/,
  alpha: /^problem\.partition\.alpha$/,
  spread: /^problem\.spread$/,
  noise: /^problem\.noise$/,
  batch: /^problem\.batch$/,
  workers: /^workers\.count$/,
  slow: /^workers\.computation\.slow$/,
  share: /^workers\.computation\.slowFraction$/,
  sigma: /^workers\.computation\.sigma$/,
  shape: /^workers\.computation\.shape$/,
  period: /^workers\.computation\.period$/,
  speeds: /^workers\.computation/,
  latency: /^workers\.network/,
  stepsizes: /^stepsizes|\.stepsize/,
  methods: /^methods/,
  time: /^(budget|evaluate)/,
  target: /^target\.objective$/,
  gap: /^target\.suboptimality$/,
};
