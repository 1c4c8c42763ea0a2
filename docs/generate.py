"""
Writes the reference from the program itself, and the output shown in the manual from the commands themselves.

`make docs` runs this; a test says when a page is not what it would write. The reference is one module of
`docs/reference.py` a page; nothing in it is edited by hand.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent


def sibling(name: str) -> ModuleType:
    """Return a module that stands beside this one; the folder is no package, so that pages and programs mix."""
    key = f"manual_{name}"
    if key not in sys.modules:
        described = importlib.util.spec_from_file_location(key, HERE / f"{name}.py")
        if described is None or described.loader is None:
            raise ImportError(name)
        sys.modules[key] = importlib.util.module_from_spec(described)
        described.loader.exec_module(sys.modules[key])
    return sys.modules[key]


def reference() -> dict[Path, str]:
    """Return the pages of the reference as they should be."""
    return {HERE / "reference" / f"{name}.md": text for name, text in sibling("reference").pages().items()}


def main() -> None:
    """Write every page that is not as it should be, and say which."""
    examples = sibling("examples")
    wanted = reference() | {page: examples.refreshed(page) for page in examples.pages()}
    for page, text in wanted.items():
        if not page.exists() or page.read_text() != text:
            page.parent.mkdir(exist_ok=True)
            page.write_text(text)
            print(f"written: {page.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
