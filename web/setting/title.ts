import type { Setting } from './fields.js';

const PROBLEMS: Readonly<Record<string, string>> = { network: 'Digits, a small network', linear: 'Digits, a linear model', quadratic: 'Random quadratics' };
const SPEEDS: Readonly<Record<string, string>> = {
  equal: 'equally fast',
  linear: 'times 1, 2, …, n',
  sqrt: 'times √1, √2, …, √n',
  paper: 'the papers’ random times',
  lognormal: 'lognormal times',
  pareto: 'heavy-tailed times',
  'regime-switching': 'speeds that change',
  devices: 'real devices',
};

/** A setting in a line: the title of its figures. */
export function titleOf(setting: Setting): string {
  const { problem, workers, speeds, slow, latency } = setting;
  const fleet = speeds === 'two-speed' ? `some ${slow} times slower` : (SPEEDS[speeds] ?? speeds);
  const network = Number(latency) > 0 ? `, latency ${latency}` : '';
  return `${PROBLEMS[problem] ?? problem}${skewText(setting)}; ${workers} workers, ${fleet}${network}`;
}

function skewText({ problem, data, alpha, functions }: Setting): string {
  if (problem === 'quadratic') return functions === 'same' ? ', the same for all' : ', different';
  return data === 'dirichlet' ? `, labels by Dirichlet(${alpha})` : data === 'by-label' ? ', sorted by label' : ', data shuffled';
}
