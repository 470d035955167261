"""Reads checkpoints of transformers: CLIP (TinyCLIP included), Chinese-CLIP, SigLIP and SigLIP 2 of one resolution."""
import dataclasses
import json
import pathlib

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoImageProcessor, AutoModel, AutoTokenizer

from exporter import tokenizer_json
from exporter.checkpoint import Checkpoint, features
from exporter.origin import origin_of
from refused import Refused

# What an image processor's configuration has that the service reads.
PREPROCESSING = (
    "do_resize", "size", "resample", "do_center_crop", "crop_size", "do_rescale", "rescale_factor", "do_normalize", "image_mean",
    "image_std", "do_convert_rgb",
)


@dataclasses.dataclass
class Family:
    """padded: texts are padded to the context, and the encoder sees the padding. context: instead of the configuration's."""

    title: str
    template: str
    padded: bool = False
    masked: bool = False
    context: int | None = None


FAMILIES = {
    "clip": Family("CLIP", "a photo of a {}."),
    # Its text encoder is a BERT with 512 places, of which 52 were trained.
    "chinese_clip": Family("Chinese-CLIP", "一张{}的照片。", masked=True, context=52),
    "siglip": Family("SigLIP", "This is a photo of {}.", padded=True),
}


class ImageTower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return features(self.model.get_image_features(pixel_values=pixel_values))


class TextTower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask=None):
        return features(self.model.get_text_features(input_ids=input_ids, attention_mask=attention_mask))


def read(source, revision=None):
    """A checkpoint from a folder or from the hub, by its name."""
    at = {} if pathlib.Path(source).is_dir() else {"revision": revision}
    try:
        config = AutoConfig.from_pretrained(source, **at)
        family = FAMILIES.get(config.model_type)
        if family is None:
            raise Refused(_unknown(source, config.model_type))
        # The plain attention on both sides: which kernel a machine has must not decide what the graph computes.
        model, loaded = AutoModel.from_pretrained(
            source, dtype=torch.float32, attn_implementation="eager", output_loading_info=True, **at
        )
        tokenizer = AutoTokenizer.from_pretrained(source, **at)
        # Its Pillow backend: the other one resizes with slightly different numbers.
        processor = AutoImageProcessor.from_pretrained(source, backend="pil", **at)
    except (OSError, ValueError, RuntimeError, SafetensorError) as e:
        raise Refused(f"{source} cannot be read as a checkpoint of transformers: {e}") from e
    if loaded["missing_keys"]:
        raise Refused(f"{source} lacks weights, which would be random: {', '.join(sorted(loaded['missing_keys'])[:5])}")
    model.eval()
    context = family.context or config.text_config.max_position_embeddings
    towers = ImageTower(model), TextTower(model)
    tokens = Tokens(tokenizer, family, context)
    return Checkpoint(
        origin=origin_of(source, revision),
        family=family.title,
        config=json.loads(config.to_json_string(use_diff=False)),
        preprocessor=preprocessor(processor),
        tokenizer_json=tokens.json(source),
        templates=[family.template],
        image_tower=towers[0],
        text_tower=towers[1],
        masked=family.masked,
        context=context,
        padding_id=tokenizer.pad_token_id if family.padded else None,
        logit_scale=model.logit_scale.exp().item(),
        logit_bias=model.logit_bias.item() if getattr(model, "logit_bias", None) is not None else None,
        reference_pixels=lambda images: processor(images=images, return_tensors="pt")["pixel_values"],
        reference_tokens=tokens,
        reference_padding=tokenizer.pad_token_id if family.padded else None,
        encode_image=towers[0],
        encode_text=lambda tokens: towers[1](**tokens),
    )


def _unknown(source, kind):
    if kind == "siglip2":
        return (
            f"{source} is a SigLIP 2 of the NaFlex kind, which takes pictures of any shape as lists of patches. The service gives"
            " all pictures one size; take one of the checkpoints with a fixed resolution, such as google/siglip2-base-patch16-224"
        )
    return f"{source} is a {kind}; known are {', '.join(sorted(FAMILIES))}, and whatever open_clip reads (open_clip:NAME)"


class Tokens:
    """Token ids as the checkpoint's own processor makes them."""

    def __init__(self, tokenizer, family, context):
        self.tokenizer, self.family, self.context = tokenizer, family, context

    def __call__(self, texts):
        padding = "max_length" if self.family.padded else True
        made = self.tokenizer(texts, padding=padding, truncation=True, max_length=self.context, return_tensors="pt")
        return {name: made[name] for name in ("input_ids",) + (("attention_mask",) if self.family.masked else ())}

    def json(self, source):
        if type(self.tokenizer).__name__ == "SiglipTokenizer":
            return tokenizer_json.of_siglip(self.tokenizer)
        if not getattr(self.tokenizer, "is_fast", False):
            raise Refused(
                f"{source} has no tokenizer.json, and transformers makes none of its tokenizer"
                f" ({type(self.tokenizer).__name__}); put one beside its weights"
            )
        return tokenizer_json.of_fast(self.tokenizer)


def preprocessor(processor):
    facts = {name: value for name, value in processor.to_dict().items() if name in PREPROCESSING and value is not None}
    facts.setdefault("do_center_crop", False)
    for name in ("size", "crop_size"):
        if name in facts:
            facts[name] = {side: pixels for side, pixels in dict(facts[name]).items() if pixels is not None}
    facts["resample"] = int(facts["resample"])
    facts["image_processor_type"] = type(processor).__name__
    return facts
