"""Reads checkpoints of open_clip: OpenAI's with ResNets, LAION, DataComp, TinyCLIP, MobileCLIP, SigLIP and others."""
import copy
import pathlib

import open_clip
import torch
from open_clip import model as kinds
from open_clip.hf_model import HFTextEncoder
from open_clip.tokenizer import HFTokenizer, SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2
from safetensors import SafetensorError
from timm.utils.model import reparameterize_model
from transformers import logging as transformers_logging

from exporter import tokenizer_json
from exporter.checkpoint import Checkpoint
from exporter.origin import Origin, origin_of
from refused import Refused

RESAMPLE = {"bilinear": 2, "bicubic": 3}


class ImageTower(torch.nn.Module):
    """Branches that were only there for training (MobileCLIP) are folded into one convolution."""

    def __init__(self, model):
        super().__init__()
        self.visual = reparameterize_model(copy.deepcopy(model.visual).eval())

    def forward(self, pixel_values):
        return self.visual(pixel_values)


class TextTower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids):
        if isinstance(self.model, kinds.CLIP):
            return self._of_any_length(input_ids)
        return self.model.encode_text(input_ids)

    def _of_any_length(self, ids):
        """CLIP.encode_text, which wants all places of the context, with as many as there are tokens.

        The mask is computed, not kept: weights behind its odd size could not be kept packed (PackedWeights in the service).
        """
        clip, length = self.model, ids.shape[1]
        mask = None if clip.attn_mask is None else torch.full((length, length), float("-inf")).triu(1)
        x = clip.token_embedding(ids) + clip.positional_embedding[:length]
        x = clip.ln_final(clip.transformer(x, attn_mask=mask))
        x = kinds.text_global_pool(x, ids, clip.text_pool_type, eos_token_id=clip.text_eos_id)
        if clip.text_projection is None:
            return x
        return clip.text_projection(x) if isinstance(clip.text_projection, torch.nn.Linear) else x @ clip.text_projection


def read(name, pretrained):
    """A checkpoint by the name of its architecture and its weights, or by hf-hub:NAME or local-dir:FOLDER."""
    transformers_logging.set_verbosity_error()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        model = open_clip.create_model(name, pretrained=pretrained, require_pretrained=True).eval()
        tokenizer = open_clip.get_tokenizer(name)
    except (OSError, RuntimeError, ValueError, SafetensorError) as e:
        raise Refused(f"{name} cannot be read as a checkpoint of open_clip: {e}") from e
    if model.logit_scale.numel() != 1:
        raise Refused(f"{name} has {model.logit_scale.numel()} logit scales; the service knows one for all pairs")
    preprocessing = PreprocessCfg(**model.visual.preprocess_cfg)
    transform = image_transform_v2(preprocessing, is_train=False)
    context = tokenizer.context_length
    bias = getattr(model, "logit_bias", None)
    return Checkpoint(
        origin=_origin(name, pretrained),
        family=f"OpenCLIP {name.split('/')[-1].removeprefix('local-dir:')}",
        config=_config(model, preprocessing, context),
        preprocessor=_preprocessor(name, preprocessing),
        tokenizer_json=_tokenizer_json(name, tokenizer),
        templates=["a photo of a {}." if bias is None else "This is a photo of {}."],
        image_tower=ImageTower(model),
        text_tower=TextTower(model),
        masked=False,
        context=context,
        padding_id=_padding_id(tokenizer) if sees_padding(model) else None,
        logit_scale=model.logit_scale.exp().item(),
        logit_bias=None if bias is None else bias.item(),
        reference_pixels=lambda images: torch.stack([transform(image) for image in images]),
        reference_tokens=lambda texts: {"input_ids": tokenizer(texts)},
        reference_padding=_padding_id(tokenizer),
        encode_image=model.encode_image,
        encode_text=lambda tokens: model.encode_text(tokens["input_ids"]),
    )


def sees_padding(model):
    """Whether the tokens behind a text's end change its embedding: not where attention only looks back, or masks them."""
    text = model if isinstance(model, kinds.CLIP) else getattr(model, "text", None)
    if isinstance(text, HFTextEncoder):
        return False
    pool = text.text_pool_type if isinstance(text, kinds.CLIP) else getattr(text, "pool_type", None)
    return getattr(text, "attn_mask", None) is None or pool not in ("argmax", "eos", "first")


def _padding_id(tokenizer):
    return 0 if isinstance(tokenizer, SimpleTokenizer) else tokenizer.tokenizer.pad_token_id


def _tokenizer_json(name, tokenizer):
    if isinstance(tokenizer, SimpleTokenizer):
        if tokenizer.reduction_fn is not None:
            raise Refused(f"{name} shortens texts at random or by syntax, which the service does not")
        return tokenizer_json.of_open_clip(tokenizer)
    if not isinstance(tokenizer, HFTokenizer) or tokenizer.strip_sep_token or tokenizer.tokenizer_mode:
        raise Refused(f"{name} changes the tokens after its tokenizer ({type(tokenizer).__name__}), which the service does not")
    kind = tokenizer.clean_fn.__name__.removeprefix("_clean_")
    return tokenizer_json.cleaned(tokenizer_json.of_fast(tokenizer.tokenizer), kind)


def _preprocessor(name, wanted):
    height, width = (wanted.size,) * 2 if isinstance(wanted.size, int) else wanted.size
    facts = {
        "image_processor_type": "open_clip",
        "do_resize": True,
        "resample": RESAMPLE[wanted.interpolation],
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": list(wanted.mean),
        "image_std": list(wanted.std),
        "do_convert_rgb": True,
    }
    if wanted.resize_mode == "squash":
        return facts | {"size": {"height": height, "width": width}, "do_center_crop": False}
    if wanted.resize_mode == "shortest" and height == width:
        crop = {"crop_size": {"height": height, "width": width}, "crop_rounding": "half_even"}
        return facts | {"size": {"shortest_edge": height}, "do_center_crop": True} | crop
    raise Refused(f"{name} resizes by {wanted.resize_mode!r} to {width} × {height}; the service knows squash, and shortest to squares")


def _config(model, preprocessing, context):
    return {
        "model_type": "open_clip",
        "architectures": [type(model).__name__],
        "text_config": {"max_position_embeddings": context},
        "vision_config": {"image_size": preprocessing.size if isinstance(preprocessing.size, int) else preprocessing.size[0]},
    }


def _origin(name, pretrained):
    kind, _, rest = name.partition(":")
    if kind in ("hf-hub", "local-dir"):
        return origin_of(rest)
    weights = pathlib.Path(pretrained or "").stem
    return Origin(f"{name}-{weights}", f"open_clip {name}, {weights}")
