"""Build, then run in a network that is this program's alone, so that no port of the machine is taken."""

import subprocess
import sys

from drills.images.build import build, missing
from drills.images.story import step, tell


def main(words: list[str]) -> int:
    if words == ["inside"]:
        tell()
        return 0
    if reason := missing():
        print(f"make image-test: skipped, {reason}.")
        return 0
    step("images", build)
    again = [sys.executable, "-m", "drills.images", "inside"]
    alone = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    return subprocess.run([*alone, *again], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
