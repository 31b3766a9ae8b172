import { asgd } from './asgd.js';
import { ia2Sgd } from './ia2-sgd.js';
import { maleniaSgd } from './malenia-sgd.js';
import type { AnyMethod } from './method.js';
import { minibatchSgd } from './minibatch-sgd.js';
import { rescaledAsgd } from './rescaled-asgd.js';
import { ringleaderAsgd } from './ringleader-asgd.js';

/** Every built-in method, in the order of help and documentation. */
export const methods: readonly AnyMethod[] = [minibatchSgd, asgd, rescaledAsgd, ia2Sgd, maleniaSgd, ringleaderAsgd];
