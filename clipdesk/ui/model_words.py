"""What is said of the models that clipdesk knows, in the user's language; of others, what the worker tells."""

import re
from collections.abc import Callable
from html import escape

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from clipdesk.core.install_messages import Estimate, InstallProgressEvent, ModelState
from clipdesk.ui.progress_words import in_bytes

_ABOUT: dict[str, Callable[[], str]] = {
    "pocket": lambda: QCoreApplication.translate(
        "Models", "For a first look with nothing to download, and for old and small computers."
    ),
    "ViT-B-32-256": lambda: QCoreApplication.translate(
        "Models", "For most people: strong in English, and quick on any computer."
    ),
    "ViT-B-32-openai": lambda: QCoreApplication.translate(
        "Models", "For comparing with other programs, most of which use it."
    ),
    "ViT-B-16-SigLIP2": lambda: QCoreApplication.translate(
        "Models", "The best results, in any language. Slower and larger."
    ),
    "ViT-B-32-SigLIP2-256": lambda: QCoreApplication.translate(
        "Models", "Any language, and reads pictures about as quickly as ViT-B/32."
    ),
    "xlm-roberta-base-ViT-B-32": lambda: QCoreApplication.translate(
        "Models", "Many languages. SigLIP 2 is newer and usually better."
    ),
    "MobileCLIP2-S0": lambda: QCoreApplication.translate(
        "Models", "For small computers, in English. For research only."
    ),
    "MobileCLIP2-S2": lambda: QCoreApplication.translate(
        "Models", "Strong in English for its size. For research only."
    ),
}
_LANGUAGES: dict[str, Callable[[], str]] = {
    "English": lambda: QCoreApplication.translate("Models", "English"),
    "over 100 languages": lambda: QCoreApplication.translate("Models", "over 100 languages"),
    "about 100 languages": lambda: QCoreApplication.translate("Models", "about 100 languages"),
}
_RESTRICTIONS: dict[str, Callable[[], str]] = {
    "Apple AMLR": lambda: QCoreApplication.translate(
        "Models", "Apple's weights are for research only: not for products or commercial use."
    ),
}


class ModelNumbers(QObject):
    """Words that go by a number: the tool that collects texts knows these by `tr` alone."""

    def photos(self, count: int) -> str:
        """So many photos."""
        return self.tr("%Ln photo(s)", "", count)

    def minutes(self, count: int) -> str:
        """About so many minutes."""
        return self.tr("About %Ln minute(s)", "", count)

    def hours(self, count: int) -> str:
        """About so many hours."""
        return self.tr("About %Ln hour(s)", "", count)


def about(model: ModelState) -> str:
    """What it is good for."""
    if not model.known:
        return QCoreApplication.translate("Models", "A model of your own.")
    return _ABOUT[model.name]() if model.name in _ABOUT else model.good_for


def languages(model: ModelState) -> str:
    """The languages that it understands."""
    return _LANGUAGES[model.languages]() if model.languages in _LANGUAGES else model.languages


def restriction(model: ModelState) -> str:
    """What its licence restricts, "" for nothing."""
    known = model.restriction and model.licence in _RESTRICTIONS
    return _RESTRICTIONS[model.licence]() if known else model.restriction


def facts(model: ModelState) -> str:
    """Languages, licence and published figures, as rich text with links; "" for a model of the user's own."""
    locale = QLocale()
    told = [escape(languages(model))] if model.languages else []
    if model.licence:
        told.append(
            _link(
                model.licence_link,
                QCoreApplication.translate("Models", "{licence} licence").format(licence=model.licence),
            )
        )
    figures = [
        (QCoreApplication.translate("Models", "ImageNet {percent} %"), model.imagenet),
        (QCoreApplication.translate("Models", "COCO {percent} %"), model.coco),
    ]
    scores = [words.format(percent=locale.toString(100 * one, "f", 1)) for words, one in figures if one is not None]
    if scores:
        told += [escape(score) for score in scores]
        told.append(_link(model.figures_source, QCoreApplication.translate("Models", "where these figures come from")))
    return " · ".join(told)


def state(model: ModelState, photos: int) -> str:
    """Whether it is here, its size, and how many of the library's `photos` it has read."""
    size, told = in_bytes(model.bytes), list[str]()
    if not model.installed:
        if model.recommended:
            told.append(QCoreApplication.translate("Models", "Recommended"))
        told.append(QCoreApplication.translate("Models", "Not installed"))
        told.append(QCoreApplication.translate("Models", "{size} to download").format(size=size))
        if model.partial:
            told.append(
                QCoreApplication.translate("Models", "{size} of it are here already").format(
                    size=in_bytes(model.partial)
                )
            )
        return " · ".join(told)
    if model.problem:
        reason = QCoreApplication.translate(
            "Models", "Not trusted: {reason}. Nothing uses it. Install it again, or remove it."
        )
        return reason.format(reason=model.problem)
    told.append(
        QCoreApplication.translate("Models", "In use")
        if model.in_use
        else QCoreApplication.translate("Models", "Installed")
    )
    told.append(QCoreApplication.translate("Models", "{size} on the disk").format(size=size))
    if model.photos:
        locale = QLocale()
        read = QCoreApplication.translate("Models", "{done} of {total} photos read ({size})")
        done, total = locale.toString(min(model.photos, photos)), locale.toString(photos)
        told.append(read.format(done=done, total=total, size=in_bytes(model.embeddings_bytes)))
    return " · ".join(told)


def time_for(estimate: Estimate | None) -> str:
    """How long it takes to read the library with it; says so when that was not measured."""
    if estimate is None or not estimate.photos:
        return ""
    if estimate.seconds is None:
        return QCoreApplication.translate("Models", "How long it takes for your photos was not measured yet.")
    time, count = duration(estimate.seconds), estimate.photos
    photos = ModelNumbers().photos(count)
    if estimate.scaled_from:
        told = QCoreApplication.translate(
            "Models", "{time} to read {photos} on this computer, by the speed of {model} here."
        )
        return told.format(time=time, photos=photos, model=estimate.scaled_from)
    return QCoreApplication.translate("Models", "{time} to read {photos} on this computer.").format(
        time=time, photos=photos
    )


def duration(seconds: float) -> str:
    """About how long."""
    if seconds < 60:
        return QCoreApplication.translate("Models", "Less than a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return ModelNumbers().minutes(minutes)
    return ModelNumbers().hours(round(minutes / 60))


def installing(event: InstallProgressEvent | None) -> str:
    """What an installation does just now; None: it waits for its turn."""
    match event.phase if event is not None else "":
        case "asking":
            return QCoreApplication.translate("Models", "Asking the hub for its files…")
        case "downloading" if event is not None and event.total:
            told = QCoreApplication.translate("Models", "Downloading: {done} of {total}")
            return told.format(done=in_bytes(event.done), total=in_bytes(event.total))
        case "downloading":
            return QCoreApplication.translate("Models", "Downloading…")
        case "converting":
            return QCoreApplication.translate("Models", "Preparing it for this computer…")
        case "checking":
            return QCoreApplication.translate("Models", "Checking that it knows what it sees…")
        case "tuning":
            return QCoreApplication.translate("Models", "Finding the quickest way to run it here…")
        case _:
            return QCoreApplication.translate("Models", "Waits for its turn")


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>' if address else escape(words)


_BY_HAND = re.compile(
    r"(?P<again>Try again when connected\. )?By hand: get (?P<config>\S+), (?P<weights>\S+) and tokenizer\.json"
    r" \(where there is one\) from (?P<address>\S+) on another computer, then run: .*"
)


def without_command(hint: str) -> str:
    """What to do when a model cannot be downloaded, by the buttons of the window where the worker names a command."""
    found = _BY_HAND.fullmatch(hint)
    if found is None:
        return hint
    told = QCoreApplication.translate(
        "Models",
        "By hand: get {config}, {weights} and tokenizer.json (where there is one) from {address} on another computer,"
        " bring them here in a folder, and choose “Install from files…” in the menu (…) of this model.",
    )
    told = told.format(config=found["config"], weights=found["weights"], address=found["address"])
    again = QCoreApplication.translate("Models", "Try again when connected.")
    return f"{again} {told}" if found["again"] else told
