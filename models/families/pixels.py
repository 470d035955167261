"""Pixels by a preprocessor_config.json in all its forms, against transformers': python models/families/pixels.py"""
import pathlib
import sys
import unittest

import numpy as np
import transformers
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from preprocessing import Preprocessing  # noqa: E402
from refused import Refused  # noqa: E402

PLAIN = {
    "size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 24},
    "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.3, 0.4],
}


class Pixels(unittest.TestCase):
    def assert_as_transformers(self, **fields):
        config = PLAIN | fields
        processor = transformers.CLIPImageProcessorPil.from_dict(config)
        for width, height in ((50, 37), (31, 64), (97, 12), (20, 20)):
            noise = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
            expected = processor(images=[Image.fromarray(noise)], return_tensors="np")["pixel_values"]
            np.testing.assert_array_equal(Preprocessing(config).pixels(Image.fromarray(noise)), expected)

    def assert_refused(self, words, **fields):
        with self.assertRaisesRegex(Refused, words):
            Preprocessing(PLAIN | fields)

    def test_pixels_shortest_edge_is_as_in_transformers(self):
        self.assert_as_transformers()

    def test_pixels_sizes_of_one_number_are_as_in_transformers(self):
        self.assert_as_transformers(size=32, crop_size=28)

    def test_pixels_exact_size_without_crop_is_as_in_transformers(self):
        self.assert_as_transformers(size={"height": 20, "width": 30}, do_center_crop=False, resample=2)

    def test_pixels_not_resized_are_as_in_transformers(self):
        self.assert_as_transformers(do_resize=False)

    def test_pixels_crop_larger_than_the_picture_is_as_in_transformers(self):
        self.assert_as_transformers(size={"shortest_edge": 13}, crop_size={"height": 40, "width": 33})

    def test_pixels_not_rescaled_are_as_in_transformers(self):
        self.assert_as_transformers(do_rescale=False)

    def test_pixels_not_normalized_are_as_in_transformers(self):
        self.assert_as_transformers(do_normalize=False)

    def test_preprocessing_what_the_service_does_not_follow_is_refused(self):
        self.assert_refused("resample = 0; known are 1 .lanczos.", resample=0)
        self.assert_refused("size = {.longest_edge.: 32}, which should be an integer", size={"longest_edge": 32})
        self.assert_refused("lacks size; it has crop_size", size=None)
        self.assert_refused("leaves the size to the picture", do_center_crop=False)
        self.assert_refused("crop_rounding = .up.; known are down, half_even", crop_rounding="up")
        self.assert_refused("do_resize = 1, which should be true or false", do_resize=1)
        self.assert_refused("size = 5000, which should be between 1 and 4096 pixels", size=5000)
        self.assert_refused("three numbers", image_std=[0.5])
        self.assert_refused("not positive", image_std=[0.5, 0.5, 0])


if __name__ == "__main__":
    unittest.main(verbosity=1)
