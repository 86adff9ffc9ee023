from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.parameters import Param

CATALOG = Catalog(
    [
        BlockType(
            name="Conv2D",
            category="Convolution",
            title="Convolution",
            summary="",
            doc="",
            params=(
                Param(name="filters", kind="int", default=32, required=True, minimum=1, maximum=4096),
                Param(name="kernel_size", kind="size", default=3, minimum=1, maximum=64),
                Param(name="padding", kind="choice", default="valid", choices=("valid", "same")),
                Param(name="use_bias", kind="bool", default=True),
                Param(name="activation", kind="choice", default=None, optional=True, choices=("relu",)),
                Param(name="rate", kind="float", default=0.5, minimum=0, maximum=0.95),
                Param(name="factor", kind="number-range", default=0.1, minimum=-1, maximum=1),
                Param(name="target_shape", kind="shape", default=[-1], minimum=-1),
            ),
        ),
        BlockType(name="Add", category="Merging", title="Add", summary="", doc="", many_inputs=True),
    ]
)


def test_the_catalog_survives_as_plain_data():
    again = Catalog.from_list(CATALOG.to_list())
    assert again.blocks == CATALOG.blocks
    assert again.by_category().keys() == {"Convolution", "Merging"}
    assert again.starting_params("Conv2D") == {"filters": 32}
