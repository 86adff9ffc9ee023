"""What the pretended design service says of data sets: cards as they are, one grey pixel for every image."""

import base64
from typing import Any

from blockwright.backend.client import BackendError
from blockwright.data.preview import preview as look
from blockwright.data.upload_reader import check_upload as card
from blockwright.data.upload_reader import describe_upload
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_cards import card_of
from blockwright.schema.data.errors import DataError

PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63680000008200817e0a8f4e"
        "0000000049454e44ae426082"
    )
).decode()


def preview(choice: dict[str, Any], download: bool = False) -> dict[str, Any]:
    """A preview as the service gives it."""
    known = _card(choice)
    if download and not known.embedded:
        raise BackendError(f"{known.title} could not be downloaded: there is no way to the internet.")
    if known.features[0].kind != "image":
        return look(choice)
    if not known.embedded and choice["name"] != "upload":
        return {
            "card": known.document(),
            "available": False,
            "balance": {"train": [], "test": []},
            "samples": [],
            "rows": [],
            "targets": {},
            "notes": [f"{known.title} is downloaded when it is first trained on."],
        }
    return {
        "card": known.document(),
        "available": True,
        "balance": {"train": [10] * known.num_classes, "test": [2] * known.num_classes},
        "samples": [{"label": name, "png_base64": PIXEL} for name in known.class_names[:4]],
        "rows": [],
        "targets": {},
        "notes": [],
    }


def augmented_images(
    choice: dict[str, Any], augmentations: list[dict[str, Any]], seed: int
) -> list[dict[str, str]]:
    """The same pixel before and after, for data with images."""
    images = _card(choice).features[0].kind == "image" and augmentations
    return [{"before": PIXEL, "after": PIXEL}] * 4 if images else []


def check_upload(path: str) -> dict[str, Any]:
    """What an uploaded file holds."""
    try:
        return describe_upload(path)
    except DataError as error:
        raise BackendError(str(error)) from None


def unmeasured(**_arguments: Any) -> dict[str, Any]:
    """Trainings are not measured, unless a test says otherwise."""
    raise BackendError("Nothing is measured here.")


def _card(choice: dict[str, Any]) -> Card:
    try:
        return card(choice) if choice["name"] == "upload" else card_of(choice)
    except DataError as error:
        raise BackendError(str(error)) from None
