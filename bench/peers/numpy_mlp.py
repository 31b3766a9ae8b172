"""The gradient of the network in NumPy, on one thread. Run by native.ts; contest.py says how."""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")  # before NumPy loads its BLAS

import numpy as np
from contest import WIDTHS, serve

FEATURES, HIDDEN, CLASSES = WIDTHS


class Network:
    def __init__(self, data, batch):
        self.data = data
        self.batch = batch
        self.rows = np.arange(batch)
        self.gradients = [np.empty_like(part) for part in data.parameters]
        widths = (FEATURES, HIDDEN, HIDDEN, CLASSES)
        self.gathered, self.hidden, self.back, self.outputs = (np.empty((batch, width), np.float32) for width in widths)
        self.active = np.empty((batch, HIDDEN), bool)
        self.variants = {"in place": self.in_place, "plain": self.plain}

    def indices(self, row):
        return row

    def take(self, indices):
        return self.data.inputs[indices], self.data.labels[indices]

    def gather(self, indices):
        # 'clip' spares a buffer; the indices are in range.
        return np.take(self.data.inputs, indices, axis=0, out=self.gathered, mode="clip"), self.data.labels[indices]

    def in_place(self, samples):
        """Without a temporary of size, and np.dot, which calls BLAS where `@` does not (x.T @ d at batch 1)."""
        x, y = samples
        w1, b1, w2, b2 = self.data.parameters
        hidden, outputs, back = self.hidden, self.outputs, self.back
        np.dot(x, w1, out=hidden)
        hidden += b1
        np.maximum(hidden, 0, out=hidden)
        np.dot(hidden, w2, out=outputs)
        outputs += b2
        outputs -= outputs.max(axis=1, keepdims=True)
        picked = outputs[self.rows, y]
        np.exp(outputs, out=outputs)
        total = outputs.sum(axis=1, keepdims=True)
        self.loss = float((np.log(total[:, 0]) - picked).mean())
        outputs /= total
        outputs[self.rows, y] -= 1
        outputs /= np.float32(self.batch)
        g1, h1, g2, h2 = self.gradients
        np.dot(hidden.T, outputs, out=g2)
        outputs.sum(axis=0, out=h2)
        np.dot(outputs, w2.T, out=back)
        np.greater(hidden, 0, out=self.active)
        back *= self.active
        np.dot(x.T, back, out=g1)
        back.sum(axis=0, out=h1)
        return self.gradients

    def plain(self, samples):
        """As one writes it down."""
        x, y = samples
        w1, b1, w2, b2 = self.data.parameters
        hidden = np.maximum(x @ w1 + b1, 0)
        outputs = hidden @ w2 + b2
        outputs -= outputs.max(axis=1, keepdims=True)
        exponentials = np.exp(outputs)
        total = exponentials.sum(axis=1, keepdims=True)
        self.loss = float(np.mean(np.log(total[:, 0]) - outputs[self.rows, y]))
        delta = exponentials / total
        delta[self.rows, y] -= 1
        delta /= np.float32(self.batch)
        back = (delta @ w2.T) * (hidden > 0)
        return [x.T @ back, back.sum(axis=0), hidden.T @ delta, delta.sum(axis=0)]


serve(f"NumPy {np.__version__}", Network)
