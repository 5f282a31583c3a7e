#!/usr/bin/env python3
"""Writes reference.txt: the SHA-256 of the raw deflate stream that each encoder makes of inputs anybody can make again.

Needs python3 with a classic zlib, gzip, zip and node. A line: input, variant, level, memory level, window
bits, ending, the beginning of the hash.
"""
import hashlib
import os
import subprocess
import tempfile
import zipfile
import zlib


class Random:
    """Knuth's MMIX generator, the same as in ReferenceInput.cs."""

    def __init__(self, seed):
        self.state = seed

    def next(self, below):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % below


def text(seed, length):
    random = Random(seed)
    words = [bytes(97 + random.next(20) for _ in range(1 + random.next(9))) for _ in range(2000)]
    out = bytearray()
    while len(out) < length:
        out += words[random.next(len(words))] + b" "
    return bytes(out[:length])


def noise(seed, length):
    random = Random(seed)
    return bytes(random.next(256) for _ in range(length))


def runs(seed, length):
    random = Random(seed)
    out = bytearray()
    while len(out) < length:
        out += bytes([random.next(50)]) * (1 + random.next(40))
    return bytes(out[:length])


INPUTS = {
    "empty": b"",
    "byte": b"x",
    "small": text(1, 700),
    "text": text(2, 250_000),
    "runs": runs(3, 150_000),
    # It ends where gzip's window can no longer move.
    "edge": text(7, 5 * 32_768 - 120),
    "mixed": text(4, 80_000) + noise(5, 70_000) + bytes(40_000) + text(4, 80_000) + runs(6, 30_000),
}


def zlib_streams(raw):
    strategies = {"Zlib": zlib.Z_DEFAULT_STRATEGY, "Filtered": zlib.Z_FILTERED, "Fixed": zlib.Z_FIXED}
    flushes = {"SyncFlush": zlib.Z_SYNC_FLUSH, "PartialFlush": zlib.Z_PARTIAL_FLUSH}
    for level in range(1, 10):
        for variant, memory, window, ending in [
            ("Zlib", 8, 15, "Plain"), ("Zlib", 9, 15, "Plain"), ("Zlib", 1, 15, "Plain"), ("Zlib", 8, 9, "Plain"),
            ("Zlib", 9, 12, "Plain"), ("Filtered", 8, 15, "Plain"), ("Fixed", 8, 15, "Plain"),
            ("Zlib", 9, 15, "SyncFlush"), ("Zlib", 5, 12, "PartialFlush"),
        ]:
            deflate = zlib.compressobj(level, zlib.DEFLATED, -window, memory, strategies[variant])
            packed = deflate.compress(raw)
            if ending != "Plain":
                packed += deflate.flush(flushes[ending])
            yield variant, level, memory, window, ending, packed + deflate.flush()


def gzip_streams(raw):
    for level in range(1, 10):
        file = subprocess.run(["gzip", f"-{level}", "-n", "-c"], input=raw, stdout=subprocess.PIPE, check=True).stdout
        yield "Gzip", level, 8, 15, "Plain", file[10:-8]


def zip_streams(raw):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/a", "wb") as file:
            file.write(raw)
        for level in range(1, 10):
            subprocess.run(["zip", "-q", "-X", f"-{level}", f"{level}.zip", "a"], cwd=folder, check=True)
            with zipfile.ZipFile(f"{folder}/{level}.zip") as archive:
                entry = archive.infolist()[0]
            if entry.compress_type == zipfile.ZIP_DEFLATED:
                with open(f"{folder}/{level}.zip", "rb") as file:
                    yield "InfoZip", level, 8, 15, "Plain", file.read()[31:][: entry.compress_size]


def node_streams(raw):
    script = (
        "const raw = require('fs').readFileSync(0), {deflateRawSync} = require('zlib');"
        "for (let level = 1; level < 10; level++) console.log(deflateRawSync(raw, {level}).toString('hex'))"
    )
    lines = subprocess.run(["node", "-e", script], input=raw, stdout=subprocess.PIPE, check=True).stdout.split()
    for level, line in enumerate(lines, 1):
        yield "Chromium", level, 8, 15, "Plain", bytes.fromhex(line.decode())


with open(os.path.join(os.path.dirname(__file__), "reference.txt"), "w", encoding="ascii") as output:
    for name, raw in INPUTS.items():
        for streams in (zlib_streams, gzip_streams, zip_streams, node_streams):
            for *recipe, packed in streams(raw):
                assert zlib.decompress(packed, -15) == raw
                print(name, *recipe, hashlib.sha256(packed).hexdigest()[:16], file=output)
