"""`clipdesk train`: image and text tower on captioned photos, in the textbook's shape or in any of open_clip's."""

from clipdesk.training import captions, checkpoints, contrastive
from clipdesk.training.contrastive import Settings
from clipdesk.training.reports import Outcome, Reports
from clipdesk.training.row_store import OutOfTimeError


def train(settings: Settings, reports: Reports) -> Outcome:
    """Train, or go on training, what the settings ask for; the model is in `settings.out` afterwards.

    Raises UserError for unreadable files, captions without photos, and a folder that holds another run.
    """
    if settings.restart:
        checkpoints.remove(settings.working)
    until = settings.until()
    whole = captions.read(settings.captions)
    trained, measured = captions.split(whole, settings.held_out, settings.seed)
    captions.write(measured, settings.held_out_file)
    try:
        if settings.recipe == "textbook":
            from clipdesk.training import textbook

            return textbook.train(settings, trained, until, reports)
        return contrastive.train(settings, trained, until, reports)
    except OutOfTimeError:
        return Outcome(0, 0, 0.0)
