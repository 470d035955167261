"""Pixels as a bundle's preprocessor_config.json asks for them.

The file is read as the service reads it (PreprocessorConfig) and followed as by the slow image processors of transformers,
their defaults included.
"""
import json

import numpy as np
from PIL import Image

from refused import Refused

FILE = "preprocessor_config.json"
FILTERS = {1: "lanczos", 2: "bilinear", 3: "bicubic", 4: "box", 5: "hamming"}
# Half of what is too much, in whole pixels: as Hugging Face's image processors, or as torchvision.
ROUNDINGS = {"down": int, "half_even": round}
LARGEST_SIDE = 4096
KINDS = {"an integer": (int,), "a number": (int, float), "true or false": (bool,), "a string": (str,)}


class Facts:
    """Fields of the file by their paths, such as size.height; null is as good as left out."""

    def __init__(self, told):
        self.told = told

    def find(self, path):
        value = self.told
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def require(self, path):
        value = self.find(path)
        if value is None:
            raise Refused(f"{FILE} lacks {path}; it has {', '.join(sorted(self.told))}")
        return value

    def read(self, path, kind, default=None):
        """A value of one of KINDS; without a default it has to be there."""
        value = self.find(path)
        if value is None and default is not None:
            return default
        if type(self.require(path)) not in KINDS[kind]:
            raise Refused(f"{FILE} has {path} = {json.dumps(value)}, which should be {kind}")
        return value

    def flag(self, path, default=True):
        return self.read(path, "true or false", default)

    def side(self, path):
        pixels = self.read(path, "an integer")
        if not 1 <= pixels <= LARGEST_SIDE:
            raise Refused(f"{FILE} has {path} = {pixels}, which should be between 1 and {LARGEST_SIDE} pixels")
        return pixels

    def channels(self, path):
        """One number for each, as float32."""
        values = self.require(path)
        if not isinstance(values, (list, tuple)) or [type(value) in KINDS["a number"] for value in values] != [True] * 3:
            raise Refused(f"{FILE} has {path} = {json.dumps(values)}, which should be three numbers, for red, green, blue")
        return np.array(values, np.float32)


class Preprocessing:
    """What the content of the file asks for; raises Refused for what the service does not do."""

    def __init__(self, told):
        facts = Facts(told)
        self.edge, self.exact = _resize(facts)
        self.resample = facts.read("resample", "an integer", int(Image.BICUBIC))
        if self.resample not in FILTERS:
            known = ", ".join(f"{number} ({name})" for number, name in FILTERS.items())
            raise Refused(f"{FILE} has resample = {self.resample}; known are {known}")
        self.crop, self.half = _crop(facts), _rounding(facts)
        if not self.crop and not self.exact:
            raise Refused(f"{FILE} leaves the size to the picture; it needs a crop_size, or size.height and size.width")
        self.factor = float(facts.read("rescale_factor", "a number", 1 / 255)) if facts.flag("do_rescale") else 1.0
        normalized = facts.flag("do_normalize")
        self.mean = facts.channels("image_mean") if normalized else np.zeros(3, np.float32)
        self.deviation = facts.channels("image_std") if normalized else np.ones(3, np.float32)
        if not (self.factor > 0 and (self.deviation > 0).all()):
            raise Refused(f"{FILE} has a rescale_factor or an image_std that is not positive")

    @classmethod
    def of(cls, bundle):
        return cls(json.loads((bundle / FILE).read_text(encoding="utf-8")))

    @property
    def size(self):
        """Height and width of all pixels."""
        return self.crop or self.exact

    def pixels(self, image):
        """[1, 3, height, width], float32."""
        array = np.asarray(image.convert("RGB").resize(self.resized(image.size), self.resample))
        if self.crop:
            array = self._cropped(array)
        # Scaled in double and rounded once, as transformers does it: INT8 graphs magnify a last bit.
        array = (array * self.factor).astype(np.float32)
        return ((array - self.mean) / self.deviation).transpose(2, 0, 1)[None]

    def resized(self, size):
        """Width and height before the crop."""
        if self.exact:
            return self.exact[::-1]
        if not self.edge:
            return size
        width, height = size
        return (self.edge, int(self.edge * height / width)) if width <= height else (int(self.edge * width / height), self.edge)

    def _cropped(self, array):
        """The middle; where the crop is larger than the picture, the rest is black."""
        cropped = np.zeros((*self.crop, 3), array.dtype)
        (rows, to_rows), (columns, to_columns) = (self._middle(*sides) for sides in zip(array.shape, self.crop))
        cropped[to_rows, to_columns] = array[rows, columns]
        return cropped

    def _middle(self, have, want):
        """Of one axis, what is kept, and where it goes."""
        kept = min(have, want)
        first, margin = self.half((have - kept) / 2), (want - kept + 1) // 2
        return slice(first, first + kept), slice(margin, margin + kept)


def _resize(facts):
    """What the shorter side becomes, or else height and width; neither where pictures keep their size."""
    if not facts.flag("do_resize"):
        return None, None
    if facts.find("size.shortest_edge") is not None:
        return facts.side("size.shortest_edge"), None
    if facts.find("size.height") is not None:
        return None, (facts.side("size.height"), facts.side("size.width"))
    return facts.side("size"), None


def _crop(facts):
    """Height and width; none where nothing is cut: SigLIP's processor has no crop at all and says nothing of it."""
    if not facts.flag("do_center_crop", facts.find("crop_size") is not None):
        return None
    if facts.find("crop_size.height") is not None:
        return facts.side("crop_size.height"), facts.side("crop_size.width")
    return (facts.side("crop_size"),) * 2


def _rounding(facts):
    name = facts.read("crop_rounding", "a string", "down")
    if name not in ROUNDINGS:
        raise Refused(f"{FILE} has crop_rounding = {json.dumps(name)}; known are {', '.join(ROUNDINGS)}")
    return ROUNDINGS[name]
