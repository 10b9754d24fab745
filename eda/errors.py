"""The errors that a user may see, each with the exit status it ends the command with."""


class EdaError(Exception):
    """An expected failure, told to the user in one line; `exit_status` ends the command."""

    exit_status = 1


class InputError(EdaError):
    """The user's input cannot be used; the text names the file, and the line where one is known."""

    exit_status = 2


class ToolError(EdaError):
    """A tool is missing or failed for a reason that is not the user's input; names the remedy."""

    exit_status = 3


class ToolTimeout(ToolError):
    """A tool did not finish within its deadline and was killed."""


class ToolCrash(ToolError):
    """A tool died: killed by a signal, out of memory, or ended before its answer."""
