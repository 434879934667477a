"""Make the project's own Python environment from its lock files; needs Python 3.11+ and nothing else.

Run as ``python3 tools/environment.py run`` (what the product needs) or ``dev`` (tests and checks too).
Does nothing when the environment already matches the locks.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(kind: str) -> None:
    """Bring the environment up to `kind`: ``run`` or ``dev``."""
    if sys.version_info < (3, 11):
        sys.exit(
            f"需要 Python 3.11 以上。 zhamen needs Python 3.11 or newer; this is {sys.version.split()[0]}."
        )
    locks = [ROOT / "requirements" / f"{kind}.lock", ROOT / "requirements" / "build.lock"]
    stamp = VENV / f"{kind}.stamp"
    wanted = hashlib.sha256(
        b"".join(path.read_bytes() for path in [*locks, ROOT / "pyproject.toml"])
    ).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("建立运行环境（首次要几分钟）…", "setting up the environment (some minutes the first time)…")
    if not (PYTHON.exists() and has_pip([str(PYTHON)])):
        make_venv()
    requirements = [argument for lock in locks for argument in ("-r", str(lock))]
    pip("install", "--require-hashes", *requirements)
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    if kind == "run":
        subprocess.run([str(VENV / "bin" / "zhamen"), "compile"], check=False)
    stamp.write_text(wanted)
    say("环境就绪。", "the environment is ready.")


def make_venv() -> None:
    """Make an empty environment with pip in it, by the first way that works here."""
    shutil.rmtree(VENV, ignore_errors=True)
    if create_with_ensurepip():
        return
    if has_pip([sys.executable]):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-q", "pip"], check=True
        )
        return
    install_debian_venv()
    if not create_with_ensurepip():
        sys.exit("无法建立虚拟环境。 Cannot make a virtual environment; install python3-venv and run again.")


def create_with_ensurepip() -> bool:
    """Try the standard way; Debian and Ubuntu leave its second half out of python3."""
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, check=False)
    return made.returncode == 0 and has_pip([str(PYTHON)])


def has_pip(python: list[str]) -> bool:
    """Say whether this Python can run pip."""
    asked = subprocess.run([*python, "-m", "pip", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def install_debian_venv() -> None:
    """Install Debian's python3-venv, as root or through sudo when it asks nothing."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        return
    say("安装 python3-venv…", "installing python3-venv…")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "python3-venv"]):
        subprocess.run(
            [*sudo, "apt-get", *arguments], check=False, env=environment, stdout=subprocess.DEVNULL
        )


def pip(*arguments: str) -> None:
    """Run the environment's pip; its own words say what went wrong."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", arguments[0], "-q", *arguments[1:]]
    if subprocess.run(command, check=False).returncode:
        sys.exit("安装依赖失败，见上文。 Installing the dependencies failed, see above; run this again.")


def say(zh: str, en: str) -> None:
    """Tell a person what is going on."""
    print(f"{zh}  {en}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
