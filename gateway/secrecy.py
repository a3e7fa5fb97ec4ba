"""What of a message is nobody's business, also not that of who reads the journal."""

RAW_DATA = b"\x0196="
RAW_DATA_LENGTH = b"\x0195="
SECRETS = (b"\x01554=", b"\x01925=", RAW_DATA)


def without_secrets(message: bytes) -> bytes:
    """A message as it may be kept: passwords and signed data (554, 925, 96) starred out wherever they stand, its length
    unchanged. Data that holds a delimiter is starred to its end by RawDataLength(95).
    """
    for tag in SECRETS:
        start = message.find(tag)
        while start >= 0:
            start += len(tag)
            end = _end_of_data(message, start) if tag == RAW_DATA else message.find(b"\x01", start)
            end = len(message) if end < 0 else end
            message = message[:start] + b"*" * (end - start) + message[end:]
            start = message.find(tag, end)
    return message


def _end_of_data(message: bytes, start: int) -> int:
    """Where the data ends that begins at `start`: after as many bytes as RawDataLength(95) says, then a delimiter."""
    length = message.rfind(RAW_DATA_LENGTH, 0, start)
    digits = message[length + len(RAW_DATA_LENGTH) : start].partition(b"\x01")[0] if length >= 0 else b""
    end = start + int(digits) if digits.isdigit() and len(digits) < 10 else start
    return message.find(b"\x01", min(end, len(message)))
