"""Where a model's manifest says that its arrays are: docs/run-directory.md, model/."""
import hashlib
import json
import string

KEPT = frozenset((string.ascii_letters + string.digits + "_-").encode())
LONGEST = 120


def file_name(name):
    """The name of the file, without a suffix, for a table or a parameter that may be named anything."""
    utf8 = name.encode()
    text = "".join(chr(b) if b in KEPT or (b == ord(".") and i > 0) else f"%{b:02X}" for i, b in enumerate(utf8))
    return text if len(text) <= LONGEST else text[:LONGEST] + "~" + hashlib.sha256(utf8).hexdigest()[:16]


def manifest(folder):
    """The manifest of a model or an export in npy."""
    return json.loads((folder / "model.json").read_text())


def array(folder, name, suffix):
    """The file of a name; earlier versions took the name as it is."""
    encoded = folder / (file_name(name) + suffix)
    return encoded if encoded.exists() or "/" in name else folder / (name + suffix)
