"""`python -m mandategraph` is the command line."""

from mandategraph.cli.main import main

if __name__ == "__main__":
    main()
