"""Keeps Qt's own streams from running pickles.

PySide6 writes Python objects into Qt's streams as pickles, and runs those that it reads: from files of QSettings (Qt's
own dialogs keep one), from what other programs drag over a window or put on the clipboard. clipdesk puts no Python
object there, so none is ever read.
"""

import pickle

from PySide6.QtCore import QByteArray, QDataStream, QIODevice


def refuse() -> None:
    """Have PySide6 read every pickle as None, from now on in this process."""
    stored = QByteArray()
    QDataStream(stored, QIODevice.OpenModeFlag.WriteOnly).writeQVariant((1,))
    # PySide6 looks `pickle.loads` up when it first reads an object, and never again; Python's own use stays as it is.
    loads, pickle.loads = pickle.loads, _nothing
    try:
        QDataStream(stored).readQVariant()
    finally:
        pickle.loads = loads


def _nothing(data: object, *_: object) -> None:
    del data
