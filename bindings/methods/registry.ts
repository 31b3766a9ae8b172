import { asgd } from './asgd.js';
import { delayAdaptiveAsgd } from './delay-adaptive-asgd.js';
import { dudeAsgd } from './dude-asgd.js';
import { fedbuff } from './fedbuff.js';
import { ia2Sgd } from './ia2-sgd.js';
import { localSgd } from './local-sgd.js';
import { loscarSgd } from './loscar-sgd.js';
import { maleniaSgd } from './malenia-sgd.js';
import type { AnyMethod } from './method.js';
import { minibatchSgd } from './minibatch-sgd.js';
import { rennalaSgd } from './rennala-sgd.js';
import { rescaledAsgd } from './rescaled-asgd.js';
import { ringleaderAsgd } from './ringleader-asgd.js';
import { ringmasterAsgd } from './ringmaster-asgd.js';

/** Every built-in method, in the order of help and documentation. */
export const methods: readonly AnyMethod[] = [
  minibatchSgd, asgd, delayAdaptiveAsgd, rescaledAsgd, ia2Sgd, dudeAsgd, maleniaSgd, ringleaderAsgd, rennalaSgd, ringmasterAsgd, fedbuff, localSgd,
  loscarSgd,
];
