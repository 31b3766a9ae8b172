import type { AnyMethod, Arrival, Message, Server } from '../../bindings/index.js';

/** What a server half did with something that arrived. */
export interface Observation {
  worker: number;
  delay: number;
  discarded: boolean;
  /** Model updates that it made. */
  updates: number;
}

/** A method that also writes down what it does with everything that arrives. */
export function observed(method: AnyMethod): { method: AnyMethod; log: Observation[]; states: unknown[] } {
  const log: Observation[] = [];
  const states: unknown[] = [];
  const watch = (server: Server, observation: Observation): Server => ({
    workers: server.workers,
    get version() {
      return server.version;
    },
    vectors: server.vectors,
    expectedTime: (worker) => server.expectedTime(worker),
    step(direction, stepsize) {
      observation.updates += 1;
      server.step(direction, stepsize);
    },
    assign: (worker) => server.assign(worker),
    resume: (worker) => server.resume(worker),
    stop: (worker) => server.stop(worker),
    discard(arrival) {
      observation.discarded = true;
      server.discard(arrival);
    },
    reports: (worker) => server.reports(worker),
    send: (...message) => server.send(...message),
  });
  const observe = ({ worker, delay }: Arrival | Message): Observation => {
    const observation = { worker, delay, discarded: false, updates: 0 };
    log.push(observation);
    return observation;
  };
  const wrapped: AnyMethod = {
    ...method,
    start(server, parameters) {
      const state = method.start(server, parameters);
      states.push(state);
      return state;
    },
    ...(method.onGradient && { onGradient: (state, server, arrival) => method.onGradient!(state, watch(server, observe(arrival)), arrival) }),
    ...(method.onMessage && { onMessage: (state, server, message) => method.onMessage!(state, watch(server, observe(message)), message) }),
  };
  return { method: wrapped, log, states };
}
