"""Checkpoints of each family with its real shapes and preprocessing, fewer and narrower layers, and random weights."""
import json

import open_clip
import torch
import transformers
from safetensors.torch import save_file

import small_tokenizers
from random_weights import randomize

TEXT = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "projection_dim": 64}
VISION = {"hidden_size": 96, "intermediate_size": 192, "num_hidden_layers": 2, "num_attention_heads": 4, "projection_dim": 64}
CLIP_TEXT = TEXT | {"vocab_size": 49408, "max_position_embeddings": 77, "bos_token_id": 49406, "pad_token_id": 49407}
SMALL_TEXT = {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 4, "layers": 2}


def clip(folder, size, patch, activation="quick_gelu", end=49407):
    """OpenAI's: config.json of the older checkpoints says that the end token is 2, and means the largest id."""
    small_tokenizers.clip(folder)
    text = CLIP_TEXT | {"eos_token_id": end, "hidden_act": activation}
    vision = VISION | {"image_size": size, "patch_size": patch, "hidden_act": activation}
    config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=64)
    randomize(transformers.CLIPModel(config)).save_pretrained(folder)
    transformers.CLIPImageProcessorPil(
        size={"shortest_edge": size}, crop_size={"height": size, "width": size}
    ).save_pretrained(folder)


def chinese_clip(folder):
    """A BERT for the texts, whose first token is the embedding; pictures are squashed."""
    small_tokenizers.bert(folder)
    text = TEXT | {"vocab_size": 3000, "max_position_embeddings": 512}
    vision = VISION | {"image_size": 224, "patch_size": 16}
    config = transformers.ChineseCLIPConfig(text_config=text, vision_config=vision, projection_dim=64)
    randomize(transformers.ChineseCLIPModel(config)).save_pretrained(folder)
    transformers.ChineseCLIPImageProcessorPil(
        size={"height": 224, "width": 224}, do_center_crop=False
    ).save_pretrained(folder)


def siglip(folder, tokenizer, resample):
    vocabulary = tokenizer(folder)
    text = {name: size for name, size in TEXT.items() if name != "projection_dim"}
    text |= {"hidden_size": 96, "projection_size": 96, "vocab_size": vocabulary, "max_position_embeddings": 64}
    vision = {name: size for name, size in VISION.items() if name != "projection_dim"} | {"image_size": 224, "patch_size": 16}
    config = transformers.SiglipConfig(text_config=text, vision_config=vision)
    randomize(transformers.SiglipModel(config)).save_pretrained(folder)
    transformers.SiglipImageProcessorPil(size={"height": 224, "width": 224}, resample=resample).save_pretrained(folder)


def of_open_clip(folder, model, preprocessing=None, tokenizer=None):
    """As open_clip's own push to the hub writes it: open_clip_config.json and its weights."""
    if tokenizer:
        model["text_cfg"]["vocab_size"] = tokenizer(folder)
    preprocessing = {
        "mean": open_clip.OPENAI_DATASET_MEAN, "std": open_clip.OPENAI_DATASET_STD, "interpolation": "bicubic",
        "resize_mode": "shortest", "size": model["vision_cfg"]["image_size"],
    } | (preprocessing or {})
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": model, "preprocess_cfg": preprocessing}))
    made = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    weights = {name: tensor.clone().contiguous() for name, tensor in randomize(made).state_dict().items()}
    save_file(weights, folder / "open_clip_model.safetensors")


def resnet(folder):
    vision = {"image_size": 224, "layers": [1, 1, 1, 1], "width": 16, "patch_size": None}
    of_open_clip(folder, {"embed_dim": 64, "quick_gelu": True, "vision_cfg": vision, "text_cfg": dict(SMALL_TEXT)})


def vit(folder, size=224, patch=32):
    vision = {"image_size": size, "layers": 2, "width": 128, "patch_size": patch}
    of_open_clip(folder, {"embed_dim": 64, "vision_cfg": vision, "text_cfg": dict(SMALL_TEXT)})


def mobileclip(folder):
    """MobileCLIP2-S0's image tower as it is; its texts see their padding."""
    vision = {"timm_model_name": "fastvit_mci0", "timm_pool": "avg", "timm_proj": None, "image_size": 256}
    text = SMALL_TEXT | {"no_causal_mask": True}
    plain = {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0), "interpolation": "bilinear"}
    of_open_clip(folder, {"embed_dim": 64, "custom_text": True, "vision_cfg": vision, "text_cfg": text}, plain)


def open_clip_siglip(folder):
    """SigLIP as timm and open_clip have it."""
    vision = {"timm_model_name": "vit_tiny_patch16_224", "timm_pool": "map", "timm_proj": "none", "image_size": 224}
    text = SMALL_TEXT | {
        "context_length": 64, "hf_tokenizer_name": "here", "tokenizer_kwargs": {"clean": "canonicalize"}, "no_causal_mask": True,
        "proj_bias": True, "pool_type": "last",
    }
    half = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5), "resize_mode": "squash"}
    model = {"embed_dim": 192, "init_logit_bias": -10, "custom_text": True, "vision_cfg": vision, "text_cfg": text}
    of_open_clip(folder, model, half, small_tokenizers.gemma)


FAMILIES = {
    "openai-vit-b-32": lambda folder: clip(folder, 224, 32),
    "openai-vit-b-16": lambda folder: clip(folder, 224, 16),
    "openai-vit-l-14": lambda folder: clip(folder, 224, 14, end=2),
    "openai-vit-l-14-336": lambda folder: clip(folder, 336, 14),
    "openai-rn50": resnet,
    "openclip-laion": lambda folder: clip(folder, 224, 32, activation="gelu"),
    "openclip-datacomp": lambda folder: vit(folder, 256),
    "tinyclip": lambda folder: clip(folder, 224, 16, activation="gelu"),
    "mobileclip": mobileclip,
    "chinese-clip": chinese_clip,
    "siglip": lambda folder: siglip(folder, small_tokenizers.siglip, 3),
    "siglip2": lambda folder: siglip(folder, small_tokenizers.gemma, 2),
    "openclip-siglip2": open_clip_siglip,
}


def make(name, folder):
    """One family's checkpoint into a new folder."""
    folder.mkdir(parents=True)
    # Threads that wait for each other at every small layer are slower than one, above all where others work, too.
    torch.set_num_threads(1)
    FAMILIES[name](folder)
