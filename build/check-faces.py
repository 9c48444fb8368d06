"""Counts the faces that OpenCV's frontal-face cascade finds in the onset frames of a demo study.

A check by hand, not a dependency: needs Debian's python3-opencv and opencv-data.
    python3 build/check-faces.py .demo/demo-releases
Prints, for each dataset, the share of onset frames (full raw frame) with exactly one face.
"""

import glob
import json
import os
import sys

import cv2

FOLDERS = [
    "/usr/share/opencv4/haarcascades",
    getattr(getattr(cv2, "data", None), "haarcascades", ""),
]


def find_cascade():
    for folder in FOLDERS:
        path = os.path.join(folder, "haarcascade_frontalface_default.xml")
        if os.path.exists(path):
            return cv2.CascadeClassifier(path)
    sys.exit("No haarcascade_frontalface_default.xml: install Debian's opencv-data.")


def onset_file(root, truth):
    """The frame whose number, the last in its name, is the onset."""
    folders = glob.glob(os.path.join(root, "*", "**", truth["clip"]), recursive=True)
    for folder in folders:
        if not truth["folder"] in folder.replace(os.sep, "/"):
            continue
        for name in os.listdir(folder):
            digits = os.path.splitext(name)[0].replace("_", "-").split("-")[-1].lstrip("imageg")
            if digits.isdigit() and int(digits) == truth["onset"]:
                return os.path.join(folder, name)
    sys.exit("No onset frame of %s." % truth["clip"])


def main(root):
    cascade = find_cascade()
    failed = False
    for dataset in ["smic", "casme", "casme2", "samm", "mmew"]:
        counts = []
        for path in sorted(glob.glob(os.path.join(root, "truth", dataset, "*", "*.json"))):
            with open(path, encoding="utf8") as file:
                truth = json.load(file)
            grey = cv2.imread(onset_file(root, truth), cv2.IMREAD_GRAYSCALE)
            counts.append(len(cascade.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=5)))
        one = sum(1 for count in counts if count == 1)
        share = one / max(1, len(counts))
        failed = failed or share < 0.95
        print("%-7s exactly one face in %d of %d onset frames (%.1f %%)" % (dataset, one, len(counts), 100 * share))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".demo/demo-releases")
