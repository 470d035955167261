"""Draws the pictures that the playground offers beside the model's canary, in plain shapes, into its folder.

    pip install pillow
    python models/examples.py src/main/resources/playground

What the model that ships makes of them is looked at by PlaygroundHttpTest.
"""
import argparse
import pathlib

from PIL import Image, ImageDraw

SIDE = 320
FINER = 4  # drawn so many times as large, and made smaller, for smooth edges
COLORS = 64

SKY, GRASS = (150, 195, 235), (98, 150, 70)


class Picture:
    """A square canvas, measured in hundredths of its side."""

    def __init__(self, background):
        self.image = Image.new("RGB", (SIDE * FINER, SIDE * FINER), background)
        self.draw = ImageDraw.Draw(self.image)

    @staticmethod
    def _scaled(numbers):
        return [number * SIDE * FINER / 100 for number in numbers]

    def box(self, color, *corners, radius=0):
        self.draw.rounded_rectangle(self._scaled(corners), radius * SIDE * FINER / 100, fill=color)

    def ellipse(self, color, *corners):
        self.draw.ellipse(self._scaled(corners), fill=color)

    def polygon(self, color, *points):
        self.draw.polygon(self._scaled(points), fill=color)

    def line(self, color, width, *points):
        self.draw.line(self._scaled(points), fill=color, width=int(width * SIDE * FINER / 100), joint="curve")

    def shade(self, top, bottom, start=0, end=100):
        """Rows from one colour to another."""
        for row in range(int(start * SIDE * FINER / 100), int(end * SIDE * FINER / 100)):
            part = (row / (SIDE * FINER) * 100 - start) / (end - start)
            color = tuple(round(a + (b - a) * part) for a, b in zip(top, bottom))
            self.draw.line((0, row, SIDE * FINER, row), fill=color)

    def save(self, file):
        small = self.image.resize((SIDE, SIDE), Image.LANCZOS)
        small.quantize(COLORS, dither=Image.Dither.NONE).save(file, optimize=True)


def rocket():
    picture = Picture((70, 110, 175))
    picture.shade((35, 60, 120), (150, 185, 220))
    picture.polygon((250, 170, 50), 41, 76, 59, 76, 50, 99)
    picture.polygon((255, 230, 120), 45, 76, 55, 76, 50, 91)
    picture.polygon((190, 50, 45), 38, 58, 25, 78, 38, 74)
    picture.polygon((190, 50, 45), 62, 58, 75, 78, 62, 74)
    picture.box((238, 240, 243), 38, 26, 62, 76)
    picture.polygon((190, 50, 45), 38, 27, 62, 27, 50, 4)
    picture.ellipse((60, 85, 120), 44, 36, 56, 48)
    picture.ellipse((150, 195, 225), 46, 38, 54, 46)
    return picture


def apple():
    picture = Picture((245, 242, 236))
    picture.ellipse((215, 208, 198), 24, 82, 78, 92)
    picture.ellipse((196, 35, 40), 16, 26, 58, 86)
    picture.ellipse((196, 35, 40), 42, 26, 84, 86)
    picture.ellipse((196, 35, 40), 28, 40, 72, 90)
    picture.ellipse((232, 110, 100), 24, 36, 36, 54)
    picture.line((90, 60, 35), 3, 50, 34, 52, 22, 57, 14)
    picture.polygon((85, 150, 60), 54, 22, 64, 12, 78, 12, 70, 22, 60, 25)
    return picture


def house():
    picture = Picture(SKY)
    picture.box(GRASS, 0, 76, 100, 100)
    picture.box((232, 218, 190), 20, 46, 80, 84)
    picture.polygon((150, 65, 50), 12, 48, 88, 48, 68, 22, 32, 22)
    picture.box((120, 80, 65), 62, 14, 69, 30)
    picture.box((110, 65, 45), 44, 60, 56, 84)
    for left in (26, 62):
        picture.box((250, 250, 245), left, 54, left + 13, 68)
        picture.box((110, 150, 180), left + 1.5, 55.5, left + 11.5, 66.5)
    return picture


def bus():
    picture = Picture((190, 210, 225))
    picture.box((205, 200, 190), 0, 30, 100, 74)
    picture.box((95, 98, 104), 0, 74, 100, 100)
    picture.box((235, 175, 40), 6, 28, 94, 76, radius=4)
    for left in range(11, 74, 14):
        picture.box((65, 85, 105), left, 35, left + 11, 50, radius=1)
    picture.box((65, 85, 105), 83, 35, 94, 56, radius=1)
    picture.box((60, 55, 45), 6, 58, 94, 61)
    for left in (17, 66):
        picture.ellipse((35, 35, 38), left, 67, left + 17, 84)
        picture.ellipse((170, 172, 176), left + 5, 72, left + 12, 79)
    return picture


def mountain():
    picture = Picture(SKY)
    picture.shade((120, 170, 225), (215, 230, 240), end=70)
    picture.polygon((120, 130, 150), -5, 80, 30, 30, 62, 80)
    picture.polygon((90, 100, 122), 22, 84, 64, 14, 108, 84)
    picture.polygon((245, 248, 250), 64, 14, 53, 33, 60, 31, 65, 39, 70, 30, 77, 34)
    picture.polygon((245, 248, 250), 30, 30, 23, 40, 29, 39, 33, 43, 37, 40)
    picture.polygon((62, 92, 62), 0, 74, 35, 80, 70, 76, 100, 80, 100, 100, 0, 100)
    return picture


EXAMPLES = (rocket, apple, house, bus, mountain)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"there is no folder {folder}")
    for example in EXAMPLES:
        example().save(folder / f"{example.__name__}.png")


if __name__ == "__main__":
    main()
