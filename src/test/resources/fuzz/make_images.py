"""Makes the pictures of the folder image: one of each kind that is decoded, and those that decoders once could not bear.

    pip install pillow
    python make_images.py

Files named finding-… are what went wrong; each says below what it did. What the fuzzer finds is put beside them as it is.
"""
import io
import pathlib
import struct
import zlib

from PIL import Image, TiffImagePlugin

FOLDER = pathlib.Path(__file__).with_name("image")
WIDTH, HEIGHT = 19, 13


def save(name, content):
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_bytes(content)


def picture(mode="RGB", width=WIDTH, height=HEIGHT):
    image = Image.new("RGBA", (width, height))
    image.putdata([((x * 13) % 256, (y * 19) % 256, (x * y) % 256, 255 - x) for y in range(height) for x in range(width)])
    return image.convert(mode)


def noise():
    """Stripes of noise, which repeat."""
    numbers = [pow(3, i, 65_537) for i in range(1_000)]
    image = Image.new("RGB", (40, 40))
    image.putdata([(numbers[i % 500] % 256, numbers[i % 37] % 16, i % 256) for i in range(1_600)])
    return image


def encoded(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, color, rows, interlaced=0):
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def riff(*chunks):
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extended(width, height):
    return b"\0\0\0\0" + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]


class Bits:
    """What is written lowest bit first."""

    def __init__(self):
        self.value, self.length = 0, 0

    def add(self, value, count):
        self.value |= value << self.length
        self.length += count
        return self

    def bytes(self):
        return self.value.to_bytes((self.length + 7) // 8, "little")


def lossless(width, height):
    """The start of a VP8L stream: signature, size, no alpha, version 0."""
    return Bits().add(0x2F, 8).add(width - 1, 14).add(height - 1, 14).add(0, 4)


def one_symbol(bits, symbol):
    return bits.add(1, 1).add(0, 1).add(1, 1).add(symbol, 8)


def five_codes(bits, green=0, red=0):
    for symbol in (green, red, 0, 0, 0):
        one_symbol(bits, symbol)
    return bits


def jpegs():
    for name, options in {
        "444": {"subsampling": 0},
        "420": {"subsampling": 2},
        "422-restarts": {"subsampling": 1, "restart_marker_blocks": 1},
        "progressive": {"progressive": True},
        "orientation": {"exif": exif(6)},
    }.items():
        save(f"seed-jpeg-{name}.jpg", encoded(picture(), "JPEG", quality=70, optimize=True, **options))
    save("seed-jpeg-gray.jpg", encoded(picture("L"), "JPEG", quality=70, optimize=True))
    save("seed-jpeg-cmyk.jpg", encoded(picture("CMYK"), "JPEG", quality=70, optimize=True))


def pngs():
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        image = picture("L").convert("I;16") if mode == "I;16" else picture(mode)
        save(f"seed-png-{mode.lower().replace(';', '')}.png", encoded(image, "PNG", optimize=True))
    save("seed-png-orientation.png", encoded(picture("L"), "PNG", exif=exif(8)))
    save("seed-png-interlaced.png", png(5, 4, 8, 2, bytes(i % 5 for i in range(80)), interlaced=1))
    # Two rows of 2 MB were no part of what its 0.8 MB of pixels were known to take.
    save("finding-png-one-wide-row.png", png(1 << 16, 1, 16, 6, bytes(1 + (8 << 16))))


def gifs():
    save("seed-gif.gif", encoded(picture("P"), "GIF"))
    save("seed-gif-interlaced.gif", encoded(picture("L"), "GIF", interlace=1))
    two = [picture("P"), picture("L").convert("P")]
    save("seed-gif-two-frames.gif", encoded(two[0], "GIF", save_all=True, append_images=two[1:], transparency=3))


def bmps():
    for mode in ("1", "P", "RGB", "RGBA"):
        save(f"seed-bmp-{mode.lower()}.bmp", encoded(picture(mode), "BMP"))
    runs = bytes([3, 1, 0, 3, 2, 1, 2, 0, 0, 0, 0, 2, 1, 0, 4, 2, 0, 1])
    palette = bytes(4 * 4)
    info = struct.pack("<IiiHHIIiiII", 40, 8, 3, 1, 8, 1, len(runs), 0, 0, 4, 0)
    start = 14 + len(info) + len(palette)
    file = b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start)
    save("seed-bmp-run-length.bmp", file + info + palette + runs)


def webps():
    save("seed-webp-lossy.webp", encoded(picture(), "WEBP", quality=30))
    save("seed-webp-lossy-alpha.webp", encoded(picture("RGBA"), "WEBP", quality=30, exif=exif(3)))
    save("seed-webp-lossless.webp", encoded(picture("RGBA"), "WEBP", lossless=True, exact=True))
    save("seed-webp-lossless-noise.webp", encoded(noise(), "WEBP", lossless=True, quality=100))
    save("seed-webp-lossless-palette.webp", encoded(picture("1"), "WEBP", lossless=True))
    frames = [picture(), picture("L").convert("RGB")]
    save("seed-webp-animated.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], quality=30))
    # The canvas, by which memory was reserved, came behind the picture, by which it was taken: a gigabyte for one pixel.
    claims = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", 16383, 16383) + bytes(16)
    save("finding-webp-canvas-behind-picture.webp", riff((b"VP8 ", claims), (b"VP8X", extended(1, 1))))
    # The same transform a thousand times, each of which was undone on all pixels, with nobody looking at the clock.
    bits = lossless(256, 256)
    for _ in range(1000):
        bits.add(0b101, 3)
    five_codes(bits.add(0, 1).add(0, 2))
    save("finding-webp-transform-a-thousand-times.webp", riff((b"VP8L", bits.bytes())))
    # Thousands of prefix codes of 11 bits each, of which each took a kilobyte, for 256 pixels.
    bits = lossless(16, 16).add(0, 1).add(0, 1).add(1, 1).add(0, 3)
    five_codes(bits.add(0, 1), green=0x7F, red=0x1F)
    for _ in range((0x1F << 8 | 0x7F) + 1):
        five_codes(bits)
    save("finding-webp-thousands-of-codes.webp", riff((b"VP8L", bits.bytes())))
    # Each of many empty EXIF chunks cost an exception; the last one counts.
    save("finding-webp-exif-many-times.webp", riff((b"VP8L", lossless_pixel()), *[(b"EXIF", b"")] * 1000))


def lossless_pixel():
    return five_codes(lossless(1, 1).add(0, 3)).bytes()


def tiffs():
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        save(f"seed-tiff-{compression.replace('tiff_', '')}.tif", encoded(picture(), "TIFF", compression=compression))
    for compression in ("group3", "group4"):
        save(f"seed-tiff-{compression}.tif", encoded(picture("1"), "TIFF", compression=compression))
    for mode in ("P", "CMYK", "I;16"):
        image = picture("L").convert("I;16") if mode == "I;16" else picture(mode)
        save(f"seed-tiff-{mode.lower().replace(';', '')}.tif", encoded(image, "TIFF", compression="packbits"))
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[274] = 5
    save("seed-tiff-orientation.tif", encoded(picture("L"), "TIFF", tiffinfo=info))


for make in (jpegs, pngs, gifs, bmps, webps, tiffs):
    make()
