import { defaults, type Setting } from './fields.js';
import { linkOf } from './link.js';

/** A ready-made setting: a link. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly link: string;
}

function scenario(name: string, description: string, changes: Partial<Setting>): Scenario {
  return { name, description, link: linkOf({ ...defaults, ...changes }) };
}

export const scenarios: readonly Scenario[] = [
  scenario('Everybody has one digit', 'Each worker has one digit, the fastest the zeros, the slowest the nines. Who learns them all first?', {}),
  scenario('A straggler', 'Nine fast workers, one 30 times slower, and data that is shuffled. Who waits for it?', {
    data: 'iid', speeds: 'two-speed', slow: '30', methods: 'minibatch-sgd,asgd,ringleader-asgd,ringmaster-asgd', time: '300', target: '0.3',
  }),
  scenario('Speeds that change', 'Every 100 s the speeds are dealt out anew. Who gets along with that?', {
    data: 'dirichlet', speeds: 'regime-switching', methods: 'minibatch-sgd,asgd,ia2-sgd,malenia-sgd,ringleader-asgd',
  }),
  scenario('Does ASGD lean?', 'Exact gradients of quadratics that differ. Who settles where the fast workers want it?', {
    problem: 'quadratic', noise: '0', workers: '20', speeds: 'linear', methods: 'minibatch-sgd,asgd,rescaled-asgd,ia2-sgd,ringleader-asgd',
    stepsizes: '0.003,0.01,0.03,0.1,0.3,1', time: '600',
  }),
  scenario('A slow network', 'Messages take 10 s each way. LOSCAR-SGD goes on computing while they fly: does it pay?', {
    problem: 'quadratic', functions: 'same', speeds: 'linear', latency: '10', methods: 'minibatch-sgd,asgd,local-sgd,loscar-sgd',
    stepsizes: '0.03,0.1,0.3,1', time: '1500',
  }),
];
