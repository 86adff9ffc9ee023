"""The page Code: the network as a program that one can read, run and take along."""

from blockwright.ui import code_page, routing

routing.through_app()

code_page.draw()
