"""The Info.plist of clipdesk.app: what macOS is told about the app."""

from typing import Any

LEAST_SYSTEM = "13.0"
"""The oldest macOS that Qt 6.11 and the Python of the release run on."""


def info(version: str) -> dict[str, Any]:
    """The entries beside those that PyInstaller writes itself (name, identifier, icon, program)."""
    return {
        "CFBundleName": "clipdesk",
        "CFBundleDisplayName": "clipdesk",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "ja", "zh-Hans"],
        "LSMinimumSystemVersion": LEAST_SYSTEM,
        "LSApplicationCategoryType": "public.app-category.photography",
        "LSArchitecturePriority": ["arm64"],
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "NSSupportsAutomaticGraphicsSwitching": True,
        "NSHumanReadableCopyright": "MIT licence",
        "NSPhotoLibraryUsageDescription": "clipdesk reads photos of folders that you choose, and never changes them.",
        "NSDesktopFolderUsageDescription": "clipdesk reads photos here when you choose this folder.",
        "NSDocumentsFolderUsageDescription": "clipdesk reads photos here when you choose this folder.",
        "NSDownloadsFolderUsageDescription": "clipdesk reads photos here when you choose this folder.",
        "NSRemovableVolumesUsageDescription": "clipdesk reads photos here when you choose a folder of this drive.",
        "NSNetworkVolumesUsageDescription": "clipdesk reads photos here when you choose a folder of this drive.",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Photo",
                "CFBundleTypeRole": "Viewer",
                # Offered under "Open With", never taken as the program that opens pictures.
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": [
                    "public.image",
                    "public.jpeg",
                    "public.png",
                    "public.tiff",
                    "public.heic",
                    "public.heif",
                    "public.avif",
                    "public.jpeg-xl",
                    "public.camera-raw-image",
                    "org.webmproject.webp",
                    "com.compuserve.gif",
                    "com.microsoft.bmp",
                ],
            },
            {
                "CFBundleTypeName": "Folder of photos",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.folder"],
            },
        ],
    }
