"""The command `guatu`: one file a command."""
