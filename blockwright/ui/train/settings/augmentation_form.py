"""The section "Augmentation" of the form, with images before and after it."""

import base64
import json

import streamlit as st

from blockwright.recipe.augmentations import AUGMENTATIONS, MEANING, document
from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.service_calls import AUGMENTED_IMAGES, AugmentedImage
from blockwright.ui.shell.byte_cache import cached_by_bytes, text_bytes
from blockwright.ui.shell.messages import box
from blockwright.ui.shell.service import Starting, Unanswered, request
from blockwright.ui.train.settings.member_switches import chosen_members, show_switches

_SETTING = "augmentations"
_HEIGHT = 150


def show_augmentations(card: Card | None, settings: Settings | None, problems: dict[str, str]) -> None:
    """A switch for each augmentation, where there are images; takes out of `problems` what it shows."""
    chosen = chosen_members(_SETTING, AUGMENTATIONS)
    wrong = [name for name in problems if name.partition(".")[0] == _SETTING]
    images = card is not None and any(feature.kind == "image" for feature in card.features)
    if not (images or chosen or wrong):
        return
    with st.expander("Augmentation", key="train_augmentations", expanded=bool(chosen or wrong)):
        st.caption(MEANING)
        if chosen and card is not None and not images:
            box("error", "Augmentations vary images, but this data has none. Switch them off.")
        show_switches(_SETTING, AUGMENTATIONS, problems)
        if settings and settings.augmentations and images:
            _images(settings)


def _images(settings: Settings) -> None:
    """Some training images before and after augmentation."""
    try:
        with st.skeleton(_HEIGHT):
            pairs = _augmented(
                json.dumps(settings.data, sort_keys=True),
                json.dumps(document(settings.augmentations)),
                settings.seed,
            )
    except Starting:
        st.caption("Images before and after appear as soon as the design service has started.")
        return
    except Unanswered as error:
        box("error", str(error))
        return
    if not pairs:
        st.caption("Images before and after appear once the data has been downloaded.")
        return
    st.caption("Training images before (above) and after augmentation. Each epoch varies them again.")
    with st.grid("auto", min_column_width=52, gap="xsmall", key="train_augmented"):
        for number, pair in enumerate(pairs, 1):
            with st.container(gap="xsmall"):
                for name, image in (("before", pair["before"]), ("after", pair["after"])):
                    st.image(
                        base64.b64decode(image), width=52, alt=f"Training image {number} {name} augmentation"
                    )


@cached_by_bytes(8_000_000, text_bytes)
def _augmented(data: str, augmentations: str, seed: int) -> list[AugmentedImage]:
    return request(
        AUGMENTED_IMAGES, choice=json.loads(data), augmentations=json.loads(augmentations), seed=seed
    )
