# SPDX-License-Identifier: Apache-2.0
"""The pixels of a PNG file. Source: the PNG specification, third edition, chapters 9 (filters) and 11 (chunks)."""

import struct
import zlib


def pixels(data):
    """The pixels of an 8-bit picture without interlacing, row by row, as tuples."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("this is no PNG")
    place, packed, width, height, kind = 8, b"", 0, 0, 0
    while place < len(data):
        (length,) = struct.unpack(">I", data[place:place + 4])
        name, body = data[place + 4:place + 8], data[place + 8:place + 8 + length]
        if name == b"IHDR":
            width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            if depth != 8 or kind not in (2, 6) or interlaced:
                raise ValueError(f"depth {depth}, colour type {kind}: not expected of a screenshot")
        elif name == b"IDAT":
            packed += body
        place += 12 + length
    size = 4 if kind == 6 else 3
    raw, stride = zlib.decompress(packed), width * size
    above, rows = bytearray(stride), []
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1:start + 1 + stride])
        unfilter(raw[start], line, above, size)
        rows.append([tuple(line[x:x + 3]) for x in range(0, stride, size)])
        above = line
    return rows


def unfilter(kind, line, above, size):
    for x in range(len(line)):
        left = line[x - size] if x >= size else 0
        if kind == 1:
            line[x] = (line[x] + left) & 255
        elif kind == 2:
            line[x] = (line[x] + above[x]) & 255
        elif kind == 3:
            line[x] = (line[x] + (left + above[x]) // 2) & 255
        elif kind == 4:
            corner = above[x - size] if x >= size else 0
            guess = left + above[x] - corner
            gaps = [(abs(guess - value), place) for place, value in enumerate((left, above[x], corner))]
            line[x] = (line[x] + (left, above[x], corner)[min(gaps)[1]]) & 255
