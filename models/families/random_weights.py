"""Random weights that tell inputs apart.

Libraries start training with weights so small that every picture has nearly the same embedding, whatever was done to its
pixels. Here each layer keeps the size of what goes through it, so that a wrong pixel or token shows.
"""
import math

import torch


@torch.no_grad()
def randomize(model, logit_scale=20.0, logit_bias=-2.0):
    """Fills a model in place, always with the same numbers."""
    torch.manual_seed(1)
    for module in model.modules():
        for name, weights in module.named_parameters(recurse=False):
            weights.copy_(_filled(module, name, weights))
        for name, statistics in module.named_buffers(recurse=False):
            if name == "running_mean":
                statistics.normal_(0, 0.1)
            elif name == "running_var":
                statistics.uniform_(0.5, 1.5)
    model.logit_scale.fill_(math.log(logit_scale))
    if getattr(model, "logit_bias", None) is not None:
        model.logit_bias.fill_(logit_bias)
    return model.eval()


def _filled(module, name, weights):
    noise = torch.randn_like(weights)
    if isinstance(module, torch.nn.Embedding):
        return noise * 0.5
    if weights.dim() < 2 or "position" in name or "pos_embed" in name:
        # Scales of norms are around 1; biases, class tokens and places around 0.
        return 1 + 0.1 * noise if name in ("weight", "gamma") and weights.dim() == 1 else 0.1 * noise
    return noise * 1.2 / math.sqrt(weights[0].numel())
