/**
 * What one can set in the lab, as text: a form holds text, a link does, and what is not valid must not be lost. Each key is a field of
 * the page and a key of the link.
 */
export const defaults = {
  problem: 'network',
  data: 'by-label',
  alpha: '0.1',
  functions: 'different',
  spread: '1',
  noise: '0.05',
  batch: '32',
  workers: '10',
  speeds: 'paper',
  slow: '10',
  share: '0.1',
  sigma: '1',
  shape: '1.5',
  period: '100',
  latency: '0',
  methods: 'minibatch-sgd,asgd,rescaled-asgd,malenia-sgd,ringleader-asgd',
  stepsizes: '0.03,0.1,0.3',
  time: '1000',
  target: '0.5',
  gap: '0.01',
  seed: '1',
};

export type Field = keyof typeof defaults;
export type Setting = Readonly<Record<Field, string>>;

export const fields = Object.keys(defaults) as Field[];

/** The fields that a setting depends on: α only where labels are dealt by Dirichlet, and so on. */
export function fieldsInUse({ problem, data, speeds }: Setting): Field[] {
  const quadratic = problem === 'quadratic';
  const idle: Readonly<Partial<Record<Field, boolean>>> = {
    data: quadratic,
    alpha: quadratic || data !== 'dirichlet',
    functions: !quadratic,
    spread: !quadratic,
    noise: !quadratic,
    batch: quadratic,
    slow: speeds !== 'two-speed',
    share: speeds !== 'two-speed',
    sigma: speeds !== 'lognormal',
    shape: speeds !== 'pareto',
    period: speeds !== 'regime-switching',
    target: quadratic,
    gap: !quadratic,
  };
  return fields.filter((field) => idle[field] !== true);
}
