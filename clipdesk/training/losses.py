"""What is minimised."""

import math

import torch
from torch import Tensor
from torch.nn import functional

_MOST = math.log(100)
"""CLIP keeps its temperature from going below 0.01 (Radford et al. 2021, section 2.5)."""
SIMILARITY_SCALE = 100.0
"""Cosines are multiplied by this before a distillation temperature divides them: where CLIP's own scale ends up."""


def contrastive_loss(images: Tensor, texts: Tensor, log_scale: Tensor) -> Tensor:
    """In-batch symmetric cross-entropy of cosine logits (Radford et al. 2021, figure 3).

    images, texts: [n, dim], row i of one belongs to row i of the other; they need not be unit vectors. `log_scale` is
    the logarithm of what multiplies the cosines (the learned temperature's inverse). Gives a scalar.
    """
    cosines = functional.normalize(images.float(), dim=-1) @ functional.normalize(texts.float(), dim=-1).T
    logits = cosines * log_scale.float().clamp(max=_MOST).exp()
    targets = torch.arange(len(logits), device=logits.device)
    return (functional.cross_entropy(logits, targets) + functional.cross_entropy(logits.T, targets)) / 2


def distillation_loss(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """KL divergence of in-batch similarities + L1 of the embeddings, a scalar.

    student [n, dim] (any length), teacher [n, dim] (unit vectors). The KL term compares, for each picture, how
    similar its student vector and its teacher vector are to all teacher vectors of the batch: softmax of 100 · cosine
    / temperature, KL(teacher | student). PicCollage's study names KL + L1 with temperature 4, then 2; teachers here
    are any encoder and give unit vectors, whose softmax over dimensions would be flat, hence similarities. Hinton et
    al. (2015) multiply by temperature squared to keep gradients equal across temperatures; left out, since here the
    drop is meant to count: among pictures that are much alike the term grows with it. L1 is the mean over the batch
    of sum |s - t| / sqrt(dim), about 1 for strangers whatever the dimension.
    """
    student = functional.normalize(student.float(), dim=-1)
    teacher = teacher.float()
    scale = SIMILARITY_SCALE / temperature
    wanted = functional.log_softmax(scale * teacher @ teacher.T, dim=-1)
    given = functional.log_softmax(scale * student @ teacher.T, dim=-1)
    divergence = functional.kl_div(given, wanted, reduction="batchmean", log_target=True)
    distance = (student - teacher).abs().sum(-1).mean() / math.sqrt(student.shape[-1])
    return divergence + distance
