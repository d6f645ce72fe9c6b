"""Tag vocabularies: the bundled one and users' own text files."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from clipdesk.core.errors import UserError
from clipdesk.core.paths import resources

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; `prompt` is what the model is shown for it, the tag itself unless that could be misunderstood."""

    tag: str
    group: str
    prompt: str


def load_vocabulary(path: Path | None = None) -> tuple[Tag, ...]:
    """The bundled vocabulary, or a user's: one tag a line, "tag | prompt" if need be, "[group]" lines, "#" comments.

    Tags named twice (whatever their case) are taken once. `UserError` names the line that cannot be read.
    """
    source = path or resources() / "vocabulary.txt"
    try:
        lines = source.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise UserError(f"The vocabulary {source} cannot be opened: {reason}", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"The vocabulary {source} is not a UTF-8 text file", "Save it as plain text in UTF-8."
        ) from error
    group, tags = "", dict[str, Tag]()
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            group = _group(line, source, number)
            continue
        tag = _tag(line, group, source, number)
        tags.setdefault(tag.tag.casefold(), tag)
    if not tags:
        raise UserError(f"The vocabulary {source} has no tags", "Write one tag a line.")
    return tuple(tags.values())


def vocabulary_hash(vocabulary: tuple[Tag, ...], templates: tuple[str, ...]) -> str:
    """What tells two tag matrices of one model apart: 16 hexadecimal digits of prompts and templates, in order."""
    text = "\n".join((*templates, "", *(tag.prompt for tag in vocabulary)))
    return sha256(text.encode()).hexdigest()[:16]


def _group(line: str, source: Path, number: int) -> str:
    if not line.endswith("]") or not line[1:-1].strip():
        raise _bad(source, number, "a group is written [name]")
    return line[1:-1].strip()


def _tag(line: str, group: str, source: Path, number: int) -> Tag:
    name, separator, prompt = (part.strip() for part in line.partition("|"))
    if not name or (separator and not prompt):
        raise _bad(source, number, "it needs a tag, or a tag | and a prompt")
    if len(name) > _LONGEST or len(prompt) > _LONGEST:
        raise _bad(source, number, f"it is longer than {_LONGEST} letters")
    if not line.isprintable():
        raise _bad(source, number, "it has unprintable characters")
    return Tag(name, group, prompt or name)


def _bad(source: Path, number: int, reason: str) -> UserError:
    return UserError(f"The vocabulary {source} cannot be read at line {number}: {reason}", "Mend that line.")
