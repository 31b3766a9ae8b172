/**
 * What the lanes are told. `gradient`: a gradient reaches the server; `report`: so does what a worker half sent; `step`: a gradient of a worker
 * half is ready; `model`: a model, or the command to go on, reaches a worker; `values`: so does what the server sent; `nothing`: a
 * gradient has been sent. Valid until the next event.
 */
export interface ScheduledEvent {
  readonly kind: 'gradient' | 'report' | 'step' | 'model' | 'values' | 'nothing';
  /** −1 before the first event. */
  readonly worker: number;
  /** The number of the gradient or the report among those of the worker. */
  readonly index: number;
  /** δ of what has reached the server. */
  readonly delay: number;
  /** Computing time that went into it. */
  readonly duration: number;
}
