"""The gradient of the network by PyTorch's autograd, on one thread. Run by native.ts; contest.py says how."""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import torch
from contest import serve

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


class Network:
    def __init__(self, data, batch):
        self.inputs = torch.from_numpy(data.inputs)
        self.labels = torch.from_numpy(data.labels)
        self.parameters = [torch.from_numpy(part).requires_grad_() for part in data.parameters]
        self.variants = {"autograd": self.autograd}

    def indices(self, row):
        return torch.from_numpy(row)

    def take(self, indices):
        return torch.index_select(self.inputs, 0, indices), torch.index_select(self.labels, 0, indices)

    gather = take

    def autograd(self, samples):
        x, y = samples
        w1, b1, w2, b2 = self.parameters
        hidden = torch.relu(torch.addmm(b1, x, w1))
        loss = torch.nn.functional.cross_entropy(torch.addmm(b2, hidden, w2), y)
        return torch.autograd.grad(loss, self.parameters)


serve(f"PyTorch {torch.__version__}", Network)
