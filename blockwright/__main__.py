"""`python -m blockwright`: see `blockwright.cli.main`."""

from blockwright.cli.main import main

if __name__ == "__main__":
    main()
