import type { Vector } from '../kernels/vector.js';
import type { Arrival } from '../methods/method.js';
import type { GradientSource } from './gradient-source.js';

/** The arrival that a lane handles; its gradient is taken when it is first read. */
export class CurrentArrival implements Arrival {
  #gradient: Vector | null = null;
  #over = false;

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
    if (this.#over) throw new RangeError(`arrival: 'gradient' must be read before the handler returns, got a read after that of worker ${this.worker}`);
    this.#gradient ??= this.gradients.take(this.worker, this.index, this.model);
    return this.#gradient;
  }

  dispose(): void {
    this.#over = true;
    this.#gradient?.release();
    this.model?.release();
  }
}
