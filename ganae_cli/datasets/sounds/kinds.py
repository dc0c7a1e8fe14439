"""Kinds of files of sound, by their first bytes and by their suffix."""

from ganae_cli.datasets.pictures.kinds import Kinds

SUFFIXES = frozenset((".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc"))
UNSUPPORTED = frozenset(  # files of sound that are counted and named, never skipped in silence
    (
        *(".m4a", ".m4b", ".aac", ".wma", ".ape", ".wv", ".ra", ".amr", ".ac3", ".dts", ".mid", ".midi", ".mp2"),
        *(".au", ".snd", ".caf", ".w64", ".mka", ".webm", ".mp4", ".mkv", ".mov"),
    )
)
NAMES = "WAV, FLAC, OGG, MP3 and AIFF"
_OTHERS = ((b"#!AMR", "AMR"), (b"MAC ", "Monkey's Audio"), (b"wvpk", "WavPack"), (b"MThd", "MIDI"), (b".snd", "AU"))


def format_of(head: bytes, by_suffix: bool = True) -> str | None:
    """Return the format of a file that begins with `head`; None for a file of another kind.

    by_suffix: the suffix says that it is a sound, so the two bytes are enough that every frame of an MP3 begins with.

    >>> format_of(b"fLaC..."), format_of(b"RIFF....WAVE"), format_of(b"RIFF....WEBP")
    ('FLAC', 'WAV', None)
    """
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "WAV"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "AIFF"
    found = {b"fLaC": "FLAC", b"OggS": "OGG", b"ID3\2": "MP3", b"ID3\3": "MP3", b"ID3\4": "MP3"}.get(head[:4])
    is_frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return found or ("MP3" if by_suffix and is_frame else None)


def described(head: bytes) -> str:
    """Return what a file that is no sound of ours is instead, by its first bytes.

    >>> described(b"MThd"), described(b"a text")
    ('it is MIDI, which is not supported', 'it is none of WAV, FLAC, OGG, MP3 and AIFF')
    """
    if not head:
        return "it is empty"
    other = "MP4" if head[4:8] == b"ftyp" else next((name for start, name in _OTHERS if head.startswith(start)), None)
    return f"it is {other}, which is not supported" if other else f"it is none of {NAMES}"


SOUNDS = Kinds(
    "audio_folder",
    "recording",
    SUFFIXES,
    UNSUPPORTED,
    lambda head: format_of(head, by_suffix=False) is not None,
    "WAV or FLAC",
)
