import type { Vector } from '../kernels/vector.js';
import type { Arrival } from '../methods/method.js';
import type { GradientSource } from './gradient-source.js';

/** The arrival that a lane handles; its gradient is taken when it is first read. */
export class CurrentArrival implements Arrival {
  #gradient: Vector | null = null;

  constructor(
    readonly worker: number,
    readonly delay: number,
    readonly duration: number,
    readonly index: number,
    /** The model that it was computed at; null where the source of gradients holds the models. */
    readonly model: Vector | null,
    readonly gradients: Pick<GradientSource, 'take'>,
  ) {}

  get gradient(): Vector {
    this.#gradient ??= this.gradients.take(this.worker, this.index, this.model);
    return this.#gradient;
  }

  dispose(): void {
    this.#gradient?.release();
    this.model?.release();
  }
}
