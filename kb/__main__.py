"""Arguments -> a command."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code: 0 done, 1 an error, 2 wrong usage, 130 interrupted."""
    from kb.cli.app import app

    app(prog_name="kb")


if __name__ == "__main__":
    main()
