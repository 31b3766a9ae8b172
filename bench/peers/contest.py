"""What the native contestants share: the data, the clock, and the conversation with native.ts.

The folder named on the command line holds what Straggler uses too, as raw little-endian numbers: inputs.f32 (a row per sample),
labels.u8, parameters.f32 (per layer W, then b) and indices-<batch>.u32 (batch after batch). Requests come as lines of JSON on standard
input, answers go to standard output in the same way:

    {"batch": 32, "seconds": 0.1} -> median microseconds of each variant, with contiguous samples and with gathered ones
    {"batch": 32, "check": "file", "row": 0} -> the variants' names, after their gradients of a batch were written to file-<variant>.f32
"""

import json
import os
import signal
import sys
import time

import numpy as np

WIDTHS = (784, 128, 10)


class Data:
    def __init__(self, folder):
        self.folder = folder
        self.inputs = self.read("inputs.f32", np.float32).reshape(-1, WIDTHS[0])
        self.labels = self.read("labels.u8", np.uint8).astype(np.int64)
        parameters = self.read("parameters.f32", np.float32)
        shapes = [shape for pair in zip(WIDTHS, WIDTHS[1:]) for shape in (pair, pair[1:])]
        ends = np.cumsum([np.prod(shape) for shape in shapes])
        # W1, b1, W2, b2: copies, so that each is aligned.
        self.parameters = [part.reshape(shape).copy() for part, shape in zip(np.split(parameters, ends[:-1]), shapes)]

    def read(self, name, kind):
        return np.fromfile(os.path.join(self.folder, name), kind)

    def batches(self, size):
        return self.read(f"indices-{size}.u32", np.uint32).astype(np.int64).reshape(-1, size)


def median_microseconds(run, items, seconds):
    """Median time of run(item), for one item after another and again from the first."""
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        item = items[len(times) % len(items)]
        begin = time.perf_counter()
        run(item)
        times.append(time.perf_counter() - begin)
    return 1e6 * sorted(times)[len(times) // 2]


def serve(name, make):
    """Answers requests until standard input ends.

    make(data, batch) gives an object with indices(row) -> what the library likes as indices, take(indices) -> samples of their own,
    gather(indices) -> samples that may be overwritten by the next gather, and variants: name -> function of samples that computes
    the gradients, in the order of the parameters.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # native.ts ends the conversation
    data = Data(sys.argv[1])
    print(json.dumps({"name": name}), flush=True)
    contests = {}
    for line in sys.stdin:
        request = json.loads(line)
        batch = request["batch"]
        if batch not in contests:
            network = make(data, batch)
            indices = [network.indices(row) for row in data.batches(batch)]
            contests[batch] = network, indices, [network.take(row) for row in indices]
        network, indices, samples = contests[batch]
        if "check" in request:
            for variant, gradient in network.variants.items():
                flat = np.concatenate([np.asarray(part).ravel() for part in gradient(samples[request["row"]])])
                flat.astype(np.float32).tofile(f"{request['check']}-{variant}.f32")
            answer = list(network.variants)
        else:
            seconds = request["seconds"]
            answer = {
                variant: {
                    "contiguous": median_microseconds(gradient, samples, seconds),
                    "gathered": median_microseconds(lambda row: gradient(network.gather(row)), indices, seconds),
                }
                for variant, gradient in network.variants.items()
            }
        print(json.dumps(answer), flush=True)
