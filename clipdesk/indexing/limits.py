"""Every limit of reading and decoding in one place, so that one hostile or huge file never costs a run.

What goes over a limit is refused with one line in the failed list; nothing is ever decoded in part.

| limit | value | why |
| --- | --- | --- |
| file size | 1 GiB | larger files are scans or videos by mistake; hashing them would hold up a decoder |
| pixels | 300 million | the largest phones make 200 million |
| memory for pixels | 1 GiB, estimated from the format before decoding | see `BYTES_PER_PIXEL` |
| address space | 2 GiB more than at its start, where the system has RLIMIT_AS | what the estimate misses |
| time | 30 s, RAW 60 s, and 1 s more for every 4 MiB of the file | a hung decoder is killed, a slow drive is not |
| processor time | 5 s more than that, where the system has RLIMIT_CPU | if whoever should kill it cannot |
| metadata | XMP 1 MiB, 200 keywords, 128 characters a keyword, 300 a title | a catalogue row stays small |
"""

MAX_FILE_BYTES = 1 << 30
IN_MEMORY_BYTES = 64 << 20
"""Files up to this size are read once into memory; larger ones are hashed in pieces and decoded from the open file."""

MAX_PIXELS = 300_000_000
MAX_DECODE_BYTES = 1 << 30
ADDRESS_SPACE_BYTES = 2 << 30

BYTES_PER_PIXEL = {
    "JPEG": 0.5,
    "progressive JPEG": 6.0,
    "PNG": 5.0,
    "GIF": 6.0,
    "BMP": 5.0,
    "TIFF": 5.0,
    "WEBP": 16.0,
    "JPEG2000": 10.0,
    "PPM": 5.0,
    "HEIF": 5.0,
    "AVIF": 8.0,
    "JXL": 8.0,
}
"""Peak memory per pixel of the file while decoding. Baseline JPEG is decoded smaller than it is (draft mode);
progressive JPEG keeps all its coefficients; WebP keeps two canvases and two copies."""

DECODE_SECONDS = 30.0
RAW_DECODE_SECONDS = 60.0
BYTES_PER_EXTRA_SECOND = 4 << 20
SPARE_SECONDS = 5.0
"""How much longer a decoder may compute where the system counts that (RLIMIT_CPU): its time limit is kept without."""

MAX_XMP_BYTES = 1 << 20
MAX_KEYWORDS = 200
MAX_KEYWORD_LENGTH = 128
MAX_TITLE_LENGTH = 300
MAX_NAME_LENGTH = 100
"""Characters of a camera's or a lens's name."""
