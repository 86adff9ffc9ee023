"""The page Code: the network as a program to read, run and download."""

from blockwright.ui.code import code_page
from blockwright.ui.shell import routing

routing.through_app()

code_page.draw()
