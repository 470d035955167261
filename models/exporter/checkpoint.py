"""What a checkpoint is to the exporter, whichever library reads it."""
import dataclasses
import typing

import torch

from exporter.origin import Origin
from preprocessing import Preprocessing


@dataclasses.dataclass
class Checkpoint:
    """A loaded model and what its own configuration says of its pixels and tokens.

    image_tower takes pixel_values, text_tower takes input_ids (and an attention mask where masked). padding_id pads each text
    to the context, for encoders that were trained to see the padding; None for those that do not care. reference_pixels and
    reference_tokens prepare inputs as the library itself does; the towers' outputs for these are what the bundle has to give.
    reference_padding is what reference_tokens puts behind a text that is alone, None for nothing.
    """

    origin: Origin
    family: str
    config: dict
    preprocessor: dict
    tokenizer_json: str
    templates: list[str]
    image_tower: torch.nn.Module
    text_tower: torch.nn.Module
    masked: bool
    context: int
    padding_id: int | None
    logit_scale: float
    logit_bias: float | None
    reference_pixels: typing.Callable
    reference_tokens: typing.Callable
    reference_padding: int | None
    encode_image: typing.Callable
    encode_text: typing.Callable

    @property
    def image_size(self):
        """Height and width of the pixels."""
        return Preprocessing(self.preprocessor).size


def features(output):
    """Embeddings: some versions of transformers wrap them."""
    return output if isinstance(output, torch.Tensor) else output.pooler_output
