"""Standard streams that no work is lost for: what cannot be shown any more is let go, and the work goes on."""

import codecs
import io
import os
import sys

REPLACE = "ganae"  # name of the error handler below


def secure() -> None:
    """Make the standard streams of this process fit to be written to, whatever the shell or the user made of them.

    A stream that was closed (`2>&-`) leads to /dev/null. Both write a stand-in for a character that their encoding does
    not have. Standard error goes to /dev/null once it cannot be written any more, because its reader is gone (`ganae
    train 2>&1 | head`) or its disk is full. Streams that something else has put in place, as pytest does, are left
    alone.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # it gets the lowest free number: this one
    codecs.register_error(REPLACE, _stand_in)
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8", errors=REPLACE)
    elif sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=REPLACE)
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        encoding = getattr(sys.stderr, "encoding", "utf-8")
        raw = io.BufferedWriter(_Lasting(2, "w", closefd=False))
        sys.stderr = io.TextIOWrapper(raw, encoding=encoding, errors=REPLACE, line_buffering=True)


def redirect_to_null(*numbers: int) -> None:
    """Redirect file descriptors to /dev/null: nobody reads what is written to them."""
    null = os.open(os.devnull, os.O_WRONLY)
    for number in numbers:
        os.dup2(null, number)
    os.close(null)


def announce(path: os.PathLike | str) -> None:
    """Print what a command has made, a folder or file, as a line of standard output.

    Scripts get the name as it is, a terminal gets it printable. That the line cannot be written does not undo the
    work, so it is no error.
    """
    from ganae_cli.terminal import printable  # here: `ganae --help` starts without it

    try:
        print(printable(os.fspath(path)) if sys.stdout.isatty() else path, flush=True)
    except OSError as error:
        redirect_to_null(1)  # or Python would try again at exit
        if not isinstance(error, BrokenPipeError):
            print(f"ganae: warning: cannot write to standard output: {error.strerror}", file=sys.stderr, flush=True)


def give_up_output() -> None:
    """Let go what standard output still holds and cannot be written, or Python would report it when it exits."""
    try:
        sys.stdout.flush()
    except OSError:
        redirect_to_null(1)


class _Lasting(io.FileIO):
    """A file that takes everything: what cannot be written any more is thrown away."""

    def write(self, text, /) -> int:
        try:
            return super().write(text)
        except OSError:
            redirect_to_null(self.fileno())
            return len(text)


def _stand_in(error: UnicodeError) -> tuple[bytes, int]:
    """Return what is written for characters that an encoding lacks: bytes of a file name as they are, "?" for others.

    >>> codecs.register_error(REPLACE, _stand_in)
    >>> "3² … é \\udce9".encode("ascii", REPLACE)
    b'32 ... ? \\xe9'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    import unicodedata

    written = b""
    for character in error.object[error.start : error.end]:
        if "\udc80" <= character <= "\udcff":  # how Python holds a byte of a file name that it could not decode
            written += bytes([ord(character) - 0xDC00])
        else:
            plain = unicodedata.normalize("NFKD", character)
            written += plain.encode() if plain.isascii() else b"?"
    return written, error.end
