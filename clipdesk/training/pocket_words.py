"""Pictures with written words for the pocket model's training: painted crops, receipts, screens, pages, plates, signs.

Embeddings get a coordinate of their own for "has words": a direction that no text of the training uses, so that meaning
stays in place while a linear layer can read the words off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor
from torch.nn import functional

from clipdesk.search.rendering import Colour, Face, faces, font, paint_words, random_text
from clipdesk.training.pocket_crops import TEACHER_SIZE, shrink
from clipdesk.training.pocket_store import Workspace

SIGN = 0.22
"""Length of the words coordinate before the vector is normalised: + with words, - without."""
CONTENT_SHARE = 0.8
_HELD = 300
WORDY = frozenset(
    [
        *("grocery", "street", "buildings", "gas_pump", "garbage_truck", "cassette_player", "dollar_bill"),
        *("stop_sign", "yin_yang", "cellphone", "snoopy", "garfield", "ewer", "laptop", "watch", "t_shirt"),
        *("longsleeve", "metronome", "barrel", "schooner", "ferry", "inline_skate", "motorbikes", "airplanes"),
    ]
)
"""Sets and classes whose pictures often hold words: they do not count as pictures without."""
_PLATE_LETTERS = list("ABCDEFGHJKLMNPRSTUVWXYZ0123456789")
_PLATES: tuple[Colour, ...] = ((245, 245, 240), (250, 220, 60), (235, 235, 255), (20, 20, 25))
_SIDE = TEACHER_SIZE


def paint(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Words on the whole picture, or smaller ones inside a part of it, sometimes tilted."""
    if rng.random() < 0.45:
        return paint_words(picture, rng)
    wide, high = (int(side * rng.uniform(0.35, 0.8)) for side in picture.size)
    left = int(rng.integers(0, picture.width - wide + 1))
    top = int(rng.integers(0, picture.height - high + 1))
    part = paint_words(picture.crop((left, top, left + wide, top + high)), rng)
    painted = picture.copy()
    if rng.random() < 0.4:
        painted.paste(part, (left, top))
    else:
        _paste(painted, part, (left, top), float(rng.uniform(-12, 12)), expand=False)
    return painted


def _paste(picture: Image.Image, part: Image.Image, place: tuple[int, int], angle: float, *, expand: bool) -> None:
    mask = Image.new("L", part.size, 255).rotate(angle, Image.Resampling.BICUBIC, expand=expand)
    picture.paste(part.rotate(angle, Image.Resampling.BICUBIC, expand=expand), place, mask)


def _colour(rng: np.random.Generator, low: int, high: int) -> Colour:
    red, green, blue = (int(value) for value in rng.integers(low, high, 3))
    return red, green, blue


def _face(rng: np.random.Generator) -> Face:
    latin = [face for face in faces() if "latin" in face.scripts]
    return latin[int(rng.integers(len(latin)))]


def _lines(
    draw: ImageDraw.ImageDraw, box: tuple[float, ...], size: int, ink: Colour, face: Face, rng: np.random.Generator
) -> None:
    left, y, right, bottom = box
    letters = font(face.path, size)
    while y + size < bottom:
        text, width = "", (right - left) * rng.uniform(0.4, 1.0)
        while letters.getlength(text) < width:
            text += " " + random_text(rng, "latin" if rng.random() < 0.8 else "digits")
        while letters.getlength(text) > right - left:
            text = text[:-1]
        if rng.random() < 0.85:
            draw.text((left, y), text.strip(), fill=ink, font=letters)
        y += size * rng.uniform(1.15, 1.6)


def _receipt(back: Image.Image, rng: np.random.Generator) -> Image.Image:
    wide, high, size = int(rng.uniform(70, 140)), int(rng.uniform(150, 222)), int(rng.integers(7, 11))
    paper = Image.new("RGB", (wide, high), _colour(rng, 215, 256))
    draw, letters = ImageDraw.Draw(paper), font(_face(rng).path, size)
    for y in range(6, high - 4 - size, int(size * 1.35)):
        text, price = random_text(rng, "latin"), f"{rng.uniform(0, 99):.2f}"
        while letters.getlength(text) > wide * 0.6:
            text = text[:-1]
        draw.text((5, y), text, fill=(40, 40, 50), font=letters)
        draw.text((wide - 5 - letters.getlength(price), y), price, fill=(40, 40, 50), font=letters)
    picture = back.copy()
    _paste(picture, paper, ((_SIDE - wide) // 2, (_SIDE - high) // 2), float(rng.uniform(-14, 14)), expand=True)
    return picture


def _screen(back: Image.Image, rng: np.random.Generator) -> Image.Image:
    dark = rng.random() < 0.3
    picture = Image.new("RGB", (_SIDE, _SIDE), _colour(rng, 10, 45) if dark else _colour(rng, 228, 256))
    draw, face = ImageDraw.Draw(picture), _face(rng)
    draw.rectangle((0, 0, _SIDE, int(rng.uniform(12, 34))), fill=_colour(rng, 20, 235))
    draw.text((6, 2), random_text(rng, "latin")[:22], fill=(250, 250, 250), font=font(face.path, 11))
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(0, 140), rng.uniform(30, 180)
        draw.rectangle((x, y, x + rng.uniform(20, 90), y + rng.uniform(10, 60)), fill=_colour(rng, 0, 256))
    if rng.random() < 0.4:
        picture.paste(back.resize((80, 60)), (int(rng.integers(0, 140)), int(rng.integers(36, 160))))
    ink = (225, 225, 225) if dark else (35, 35, 40)
    _lines(draw, (8, 38, _SIDE - 8, _SIDE - 4), int(rng.integers(7, 14)), ink, face, rng)
    return picture


def _page(_: Image.Image, rng: np.random.Generator) -> Image.Image:
    picture = Image.new("RGB", (_SIDE, _SIDE), _colour(rng, 205, 256))
    box = (rng.uniform(4, 25), rng.uniform(4, 40), _SIDE - rng.uniform(4, 25), _SIDE - 3)
    _lines(ImageDraw.Draw(picture), box, int(rng.integers(7, 15)), (30, 30, 35), _face(rng), rng)
    if rng.random() < 0.5:
        return picture.rotate(float(rng.uniform(-8, 8)), Image.Resampling.BICUBIC, fillcolor=(90, 80, 70))
    return picture


def _plate(back: Image.Image, rng: np.random.Generator) -> Image.Image:
    wide = int(rng.uniform(70, 190))
    high, paper = int(wide * rng.uniform(0.2, 0.3)), _PLATES[int(rng.integers(len(_PLATES)))]
    plate, face = Image.new("RGB", (wide, high), paper), _face(rng)
    ink = (245, 245, 245) if sum(paper) < 300 else (20, 20, 30)
    text, size = "".join(rng.choice(_PLATE_LETTERS, int(rng.integers(5, 9)))), high
    while size > 5 and font(face.path, size).getlength(text) > wide * 0.92:
        size -= 1
    draw = ImageDraw.Draw(plate)
    draw.text((wide / 2, high / 2), text, fill=ink, font=font(face.path, size), anchor="mm")
    draw.rectangle((0, 0, wide - 1, high - 1), outline=ink)
    picture = back.copy()
    place = int(rng.integers(0, _SIDE - wide)), int(rng.integers(60, _SIDE - high - 20))
    _paste(picture, plate, place, float(rng.uniform(-8, 8)), expand=True)
    return picture


def _sign(back: Image.Image, rng: np.random.Generator) -> Image.Image:
    wide = int(rng.uniform(50, 180))
    high = int(wide * rng.uniform(0.2, 0.8))
    board = paint_words(Image.new("RGB", (wide, high), _colour(rng, 0, 256)), rng)
    picture = back.copy()
    place = int(rng.integers(0, _SIDE - wide)), int(rng.integers(0, _SIDE - high))
    _paste(picture, board, place, float(rng.uniform(-10, 10)), expand=True)
    return picture


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of picture with words: how it is drawn, what it is called, whether the photo behind it still shows."""

    draw: Callable[[Image.Image, np.random.Generator], Image.Image]
    texts: tuple[str, ...]
    keeps: bool


KINDS = (
    Kind(_receipt, ("a receipt", "a shop receipt with prices", "a bill on a table"), False),
    Kind(_screen, ("a screenshot", "a screenshot of a phone", "a screenshot of a web page"), False),
    Kind(_page, ("a page of text", "a document", "a page of a book", "a printed letter"), False),
    Kind(_plate, ("a number plate", "the license plate of a car"), True),
    Kind(_sign, ("a sign with words", "a shop sign in a street", "a street sign", "a poster with text"), True),
)


def document(back: Image.Image, rng: np.random.Generator) -> tuple[Image.Image, str, bool]:
    """A picture that is mostly or partly writing, what to call it, and whether the photo `back` still shows."""
    kind = KINDS[int(rng.integers(len(KINDS)))]
    picture = kind.draw(back, rng)
    if rng.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.0))))
    return picture, str(rng.choice(kind.texts)), kind.keeps


@dataclass(frozen=True, slots=True)
class Drawn:
    """Some pictures with words: pixels, (pass, row) of the crops behind, how much of those counts, names' vectors."""

    pixels: npt.NDArray[np.uint8]
    places: npt.NDArray[np.int32]
    keep: Tensor
    texts: Tensor


@dataclass(frozen=True, slots=True)
class WordPictures:
    """The prepared pictures with words, and the direction that is theirs; empty when none were prepared."""

    painted: npt.NDArray[np.uint8]
    painted_places: npt.NDArray[np.int32]
    documents: npt.NDArray[np.uint8]
    document_places: npt.NDArray[np.int32]
    """(pass, row, 1 when the photo behind still shows)."""
    document_texts: npt.NDArray[np.float32]
    direction: Tensor

    @classmethod
    def load(cls, workspace: Workspace, size: int = 128) -> "WordPictures":
        """What `prepare` wrote."""
        names = (f"w{size}", f"w{size}_src", f"d{size}", f"d{size}_src", f"d{size}_text", "words_dir")
        arrays = [np.load(workspace.path(f"{name}.npy")) for name in names]
        painted, painted_places, documents, document_places, document_texts, direction = arrays
        return cls(painted, painted_places, documents, document_places, document_texts, torch.tensor(direction))

    def held_out(self) -> npt.NDArray[np.uint8]:
        """Painted crops that are never drawn."""
        return self.painted[-min(_HELD, len(self.painted) // 2) :]

    def draw(self, painted: int, documents: int, rng: np.random.Generator) -> Drawn:
        """Some of both kinds at random."""
        i = rng.integers(0, len(self.painted) - len(self.held_out()), painted)
        j = rng.integers(0, len(self.documents), documents)
        keep, texts = torch.ones(painted + documents), torch.zeros(painted + documents, len(self.direction))
        keep[painted:] = torch.tensor(self.document_places[j, 2]).float()
        texts[painted:] = torch.tensor(self.document_texts[j])
        places = np.concatenate([self.painted_places[i], self.document_places[j, :2]])
        return Drawn(np.concatenate([self.painted[i], self.documents[j]]), places, keep, texts)


def prepare(
    workspace: Workspace,
    embed: Callable[[Sequence[str]], npt.NDArray[np.float32]],
    texts: npt.NDArray[np.float32],
    *,
    count: int = 4500,
    size: int = 128,
    seed: int = 3,
) -> None:
    """Paint `count` crops and draw a third as many documents. `texts`: vectors that the direction has to stay off."""
    rng = np.random.default_rng(seed)
    numbers = workspace.passes()
    crops = {number: workspace.array(f"c{size}_{number}") for number in numbers}

    def ground() -> tuple[tuple[int, int], Image.Image]:
        number, row = numbers[int(rng.integers(len(numbers)))], int(rng.integers(len(workspace.train)))
        back = Image.fromarray(np.asarray(crops[number][row])).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
        return (number, row), back

    grounds = [ground() for _ in range(count)]
    np.save(workspace.path(f"w{size}.npy"), np.stack([shrink(paint(back, rng), size) for _, back in grounds]))
    np.save(workspace.path(f"w{size}_src.npy"), np.array([place for place, _ in grounds], np.int32))
    drawn = [(place, *document(back, rng)) for place, back in (ground() for _ in range(count // 3))]
    np.save(workspace.path(f"d{size}.npy"), np.stack([shrink(picture, size) for _, picture, _, _ in drawn]))
    np.save(workspace.path(f"d{size}_src.npy"), np.array([(*place, keep) for place, _, _, keep in drawn], np.int32))
    np.save(workspace.path(f"d{size}_text.npy"), embed([text for _, _, text, _ in drawn]))
    np.save(workspace.path("words_dir.npy"), unused_direction(texts))


def unused_direction(texts: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The unit vector [dim] along which vectors [n, dim] are shortest (least eigenvalue of the second moment)."""
    _, vectors = np.linalg.eigh(texts.T.astype(np.float64) @ texts / len(texts))
    return vectors[:, 0].astype(np.float32)


def signed(target: Tensor, sign: Tensor, direction: Tensor) -> Tensor:
    """Target vectors [n, dim] with the words coordinate: `sign` [n] is 1 with words, -1 without, 0 unknown."""
    return functional.normalize(target + SIGN * sign[:, None] * direction, dim=-1)


def auc(positive: Tensor, negative: Tensor) -> float:
    """Chance that a positive value lies above a negative one."""
    rank = torch.cat([positive, negative]).argsort().argsort().float()[: len(positive)] + 1
    above = rank.sum().item() - len(positive) * (len(positive) + 1) / 2
    return above / (len(positive) * len(negative))
