"""Composes photographs of papers under a document camera, with the true corners of each."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from hardware.simulators.scenes.build import build_scenes
from hardware.simulators.scenes.papers import find_font
from hardware.simulators.scenes.plan import named_scenes, varied_scenes


def main() -> int:
    """Builds the named scenes and ``--count`` varied ones into ``--out``; does nothing where they lie already."""
    parser = argparse.ArgumentParser(prog="python -m hardware.simulators.scenes", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the photographs")
    parser.add_argument("--count", type=int, default=0, help="varied pages besides the named scenes (default: none)")
    parser.add_argument("--megapixels", type=float, default=8.0)
    parser.add_argument(
        "--font", type=Path, default=None, help="font file with Chinese glyphs (default: by fontconfig)"
    )
    options = parser.parse_args()
    font = options.font or find_font()
    if font is None:
        print("no font with Chinese glyphs found; name one with --font", file=sys.stderr)
        return 2
    began = time.monotonic()
    scenes = named_scenes() + varied_scenes(options.count)
    made = build_scenes(scenes, folder=options.out, megapixels=options.megapixels, font=font)
    print(f"{len(scenes)} scenes, {made} made in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
