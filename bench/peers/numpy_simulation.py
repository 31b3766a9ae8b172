"""Asynchronous SGD with heapq and NumPy, as one writes it down for an experiment. Run by simulation.ts.

The folder named on the command line holds inputs.f32 (a row per sample), labels.u8, parameters.f32 (per layer W, then b), order.u32
(the workers' samples, worker after worker) and sizes.u32 (how many each has). --threads all leaves the number of BLAS threads to
NumPy; otherwise there is one. Requests come as lines of JSON on standard input, answers go to standard output in the same way; a
simulation goes on where it stopped:

    {"simulate": "network", "batch": 32, "updates": 100} -> [seconds that they took, seconds of processor time]
    {"simulate": "quadratic", "updates": 100} -> the same
    {"arrivals": 1000, "workers": 100} -> the first workers to arrive and when
    {"model": "file", "workers": 6174, "updates": 200} -> the quadratic's model without noise was written to the file
"""

import os
import sys

if "all" not in sys.argv:
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")  # before NumPy loads its BLAS

import heapq
import json
import signal
import time

import numpy as np
from contest import WIDTHS, Data

DIMENSION = 1729
QUADRATIC_WORKERS = 6174


class Simulation:
    """Every gradient is applied as it arrives; its worker receives the new model. Worker i needs √(i + 1) for a gradient."""

    def __init__(self, problem, model, workers):
        self.problem = problem
        self.model = model
        self.times = np.sqrt(np.arange(1, workers + 1)).tolist()
        self.held = [model] * workers
        self.queue = [(duration, worker) for worker, duration in enumerate(self.times)]
        heapq.heapify(self.queue)

    def advance(self, updates):
        queue, held, times, problem = self.queue, self.held, self.times, self.problem
        for _ in range(updates):
            now, worker = heapq.heappop(queue)
            gradient = problem.gradient(worker, held[worker])
            self.model = held[worker] = problem.step(self.model, gradient)
            heapq.heappush(queue, (now + times[worker], worker))

    def arrivals(self, count):
        for _ in range(count):
            now, worker = heapq.heappop(self.queue)
            yield worker, now
            heapq.heappush(self.queue, (now + self.times[worker], worker))


class Network:
    stepsize = np.float32(0.01)

    def __init__(self, data, batch):
        self.data = data
        self.batch = batch
        self.rows = np.arange(batch)
        self.random = np.random.default_rng(1)
        sizes = data.read("sizes.u32", np.uint32)
        self.samples = np.split(data.read("order.u32", np.uint32).astype(np.int64), np.cumsum(sizes)[:-1])

    def gradient(self, worker, model):
        own = self.samples[worker]
        chosen = own[self.random.integers(0, len(own), self.batch)]
        x, y = self.data.inputs[chosen], self.data.labels[chosen]
        w1, b1, w2, b2 = model
        hidden = np.maximum(x @ w1 + b1, 0)
        outputs = hidden @ w2 + b2
        outputs -= outputs.max(axis=1, keepdims=True)
        delta = np.exp(outputs)
        delta /= delta.sum(axis=1, keepdims=True)
        delta[self.rows, y] -= 1
        delta /= np.float32(self.batch)
        back = (delta @ w2.T) * (hidden > 0)
        return x.T @ back, back.sum(axis=0), hidden.T @ delta, delta.sum(axis=0)

    def step(self, model, gradient):
        return [part - self.stepsize * direction for part, direction in zip(model, gradient)]


class Quadratic:
    """f(x) = ½ xᵀAx − bᵀx with A = ¼ tridiag(−1, 2, −1) and b = ¼ (−1, 0, …, 0)ᵀ."""

    stepsize = 1e-4

    def __init__(self, noise):
        self.noise = noise
        self.random = np.random.default_rng(1)

    @staticmethod
    def start():
        x = np.zeros(DIMENSION)
        x[0] = np.sqrt(DIMENSION)
        return x

    def gradient(self, worker, x):
        g = 0.5 * x
        g[1:] -= 0.25 * x[:-1]
        g[:-1] -= 0.25 * x[1:]
        g[0] += 0.25
        if self.noise > 0:
            g += self.noise * self.random.standard_normal(DIMENSION)
        return g

    def step(self, x, g):
        return x - self.stepsize * g


def answer(request, data, simulations):
    if "arrivals" in request:
        return list(Simulation(None, None, request["workers"]).arrivals(request["arrivals"]))
    if "model" in request:
        simulation = Simulation(Quadratic(0), Quadratic.start(), request["workers"])
        simulation.advance(request["updates"])
        simulation.model.tofile(request["model"])
        return True
    kind = request["simulate"], request.get("batch")
    if kind not in simulations:
        if kind[0] == "network":
            simulations[kind] = Simulation(Network(data, kind[1]), data.parameters, len(data.read("sizes.u32", np.uint32)))
        else:
            simulations[kind] = Simulation(Quadratic(0.01), Quadratic.start(), QUADRATIC_WORKERS)
    begin, processor = time.perf_counter(), time.process_time()
    simulations[kind].advance(request["updates"])
    return time.perf_counter() - begin, time.process_time() - processor


signal.signal(signal.SIGINT, signal.SIG_IGN)  # conversation.ts ends the conversation
data = Data(sys.argv[1])
simulations = {}
print(json.dumps({"name": f"NumPy {np.__version__}"}), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line), data, simulations)), flush=True)
