"""Where to listen, and what is said where nothing can: the same for SSH, the web and their workers."""

from __future__ import annotations

import errno
import os
from ipaddress import ip_address

from cequiz.errors import EnvironmentFailed
from cequiz.language import tr


def cannot_listen(error: OSError, host: str, port: int) -> EnvironmentFailed:
    """Return the refusal for an address or a port that cannot be had.

    Args:
        error: the system's.
        host: the address that was asked for.
        port: the port.
    """
    match error.errno:
        case errno.EADDRINUSE:
            return EnvironmentFailed(
                tr("Port {port} is in use already.", port=port),
                hint=tr("Choose another with `--port`, or end the program that listens there."),
            )
        case errno.EACCES | errno.EPERM:
            return EnvironmentFailed(
                tr("Port {port} may not be opened by this user.", port=port),
                hint=tr("Ports below 1024 are the system's; choose a higher one with `--port`."),
            )
        case _:
            return EnvironmentFailed(
                tr("Nothing can listen on {host}: {reason}.", host=host, reason=_reason(error)),
                hint=tr("Give an address of this machine with `--host`."),
            )


def is_every_address(host: str) -> bool:
    """Whether to listen there is to listen on every address of the machine; nobody can connect to it by that name."""
    try:
        return not host or ip_address(host).is_unspecified
    except ValueError:
        return False


def _reason(error: OSError) -> str:
    """Return the system's own words; a loop's would name the address once more."""
    known = error.errno is not None and error.errno > 0  # what a name server says has numbers of its own
    return os.strerror(error.errno) if known and error.errno else error.strerror or str(error)
