"""The page Evaluate: how a trained network does on the test part, and where it makes mistakes."""

from blockwright.ui.evaluate import evaluation_page
from blockwright.ui.shell import routing

routing.through_app()

evaluation_page.draw()
