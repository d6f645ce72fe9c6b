"""Put licences and the SBOM into a bundle, and look at it: `finish_bundle.py BUNDLE CONTENTS.json`.

Exit code 1 when the bundle must not be released.
"""

import sys
from pathlib import Path

import bundle_check
import third_party

from clipdesk import __version__


def notes_folder(bundle: Path) -> Path:
    """Where licences and SBOM lie in a bundle."""
    return bundle / "Contents" / "Resources" if bundle.suffix == ".app" else bundle


def main(arguments: list[str]) -> int:
    """Finish one bundle."""
    bundle, contents = Path(arguments[0]), Path(arguments[1])
    parts = third_party.parts(contents)
    third_party.write_licences(parts, notes_folder(bundle) / "licences")
    third_party.write_sbom(parts, __version__, notes_folder(bundle) / "sbom.cdx.json")
    found = bundle_check.examine(bundle)
    print(f"{len(parts)} packages inside")
    print(bundle_check.table(found))
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
