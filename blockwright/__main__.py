"""`python -m blockwright`: see `blockwright.cli`."""

from blockwright.cli import main

if __name__ == "__main__":
    main()
