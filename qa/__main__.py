"""`python -m qa`: the same commands as the console script `qa`."""

from qa.cli.app import main

if __name__ == "__main__":
    main()
