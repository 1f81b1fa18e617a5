"""A disk that may lose power: what was synced is kept, the rest may be there or not.

The model is that of POSIX, harsher than any one file system:

- what was written to a file since its last sync is there whole, in part, as zeros, or not at all;
- names that were made, changed or removed in a folder since *its* last sync are changed or not,
  each for itself, in whatever order; a rename within a folder happens as one;
- syncing a file says nothing of its name, and syncing a folder nothing of what is in its files.

Source: Pillai et al., "All file systems are not created equal", OSDI 2014.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True, eq=False)
class File:
    """A file: `now` is what programs read, `kept` what surely outlives a power cut."""

    now: bytes = b""
    kept: bytes = b""
    forms: list | None = None

    @property
    def dirty(self):
        return self.now is not self.kept

    def write(self, data):
        self.now, self.forms = data, None

    def sync(self):
        self.kept, self.forms = self.now, None

    def variants(self):
        """Give every form it may have after a power cut, that of no sync first."""
        if self.forms is None:
            half = len(self.now) // 2
            torn = [self.now[:half], self.now[:half] + bytes(len(self.now) - half)]
            zeros = [bytes(len(self.now))]
            self.forms = [self.kept, self.now, *torn, *zeros] if self.dirty else [self.kept]
        return self.forms


@dataclass(slots=True, eq=False)
class Folder:
    """A folder: names as programs see them, as surely kept, and the changes between."""

    now: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)

    def change(self, **names):
        for name, inode in names.items():
            self._set(self.now, name, inode)
        self.changes.append(names)

    def sync(self):
        self.kept = dict(self.now)
        self.changes = []

    def names(self, which):
        """Give the names of it if of the changes just those chosen reached the disk."""
        names = dict(self.kept)
        for number in sorted(which):
            for name, inode in self.changes[number].items():
                self._set(names, name, inode)
        return names

    @staticmethod
    def _set(names, name, inode):
        if inode is None:
            names.pop(name, None)
        else:
            names[name] = inode


class Disk:
    """A folder with what is in it on disk, and all that a recorded program did below it."""

    def __init__(self, top):
        self.top = str(top)
        self.root = _read(Path(top))

    def apply(self, call):
        """Do what a recorded call did; gives whether that changed the disk."""
        if call.result < 0 or not any(path.startswith(f"{self.top}/") for path in call.paths):
            return self._synced(call) if call.name in ("fsync", "fdatasync") else False
        doing = getattr(self, f"_{call.name}", None)
        return False if doing is None else doing(call)

    def dirty(self):
        """Give all that a power cut could lose: pairs (inode, number of a change or None)."""
        found = []
        for inode in self._inodes():
            if isinstance(inode, Folder):
                found += [(inode, number) for number in range(len(inode.changes))]
            elif inode.dirty:
                found.append((inode, None))
        return found

    def after(self, kept, forms):
        """Give the files after a power cut: {path: bytes}, and None for each folder.

        Args:
            kept: Of `dirty`, the changes that reached the disk.
            forms: {file: which of its variants}; the first for all others.
        """
        chosen, files = {}, {}
        for inode, number in kept:
            chosen.setdefault(inode, []).append(number)
        pending = [("", self.root)]
        while pending:
            place, inode = pending.pop()
            if isinstance(inode, File):
                variants = inode.variants()
                files[place] = variants[forms.get(inode, 0) % len(variants)]
                continue
            if place:
                files[place] = None
            names = inode.names(chosen.get(inode, ()))
            pending += [(f"{place}/{n}".lstrip("/"), child) for n, child in names.items()]
        return files

    def _inodes(self):
        """Every inode that is there, or may be there again."""
        seen, pending = {}, [self.root]
        while pending:
            inode = pending.pop()
            if inode in seen:
                continue
            seen[inode] = True
            if isinstance(inode, Folder):
                for names in (inode.kept, *inode.changes, inode.now):
                    pending += [child for child in names.values() if child is not None]
        return list(seen)

    def _at(self, path):
        inode = self.root
        for name in os.path.relpath(path, self.top).split("/"):
            inode = inode if name == "." else inode.now[name]
        return inode

    def _parent(self, path):
        parent, _, name = path.rpartition("/")
        return self._at(parent), name

    def _openat(self, call):
        folder, name = self._parent(call.paths[0])
        if name in folder.now:
            if "O_TRUNC" in call.flags:
                folder.now[name].write(b"")
            return "O_TRUNC" in call.flags
        if "O_CREAT" in call.flags:
            folder.change(**{name: File()})
        return "O_CREAT" in call.flags

    def _write(self, call):
        file = self._at(call.opened)
        file.write(file.now + call.strings[0][: call.result])
        return True

    def _pwrite64(self, call):
        file = self._at(call.opened)
        file.write(call.strings[0][: call.result])  # only ever from the start
        return True

    def _ftruncate(self, call):
        self._at(call.opened).write(b"")
        return True

    def _synced(self, call):
        if call.result < 0 or not f"{call.opened}/".startswith(f"{self.top}/"):
            return False
        inode = self._at(call.opened)
        inode.sync()
        return True

    _fsync = _fdatasync = _synced

    def _mkdir(self, call):
        folder, name = self._parent(call.paths[0])
        folder.change(**{name: Folder()})
        return True

    def _rename(self, call):
        (source, old), (target, new) = map(self._parent, call.paths)
        assert source is target, "a rename from folder to folder is not in the model"
        source.change(**{old: None, new: source.now[old]})
        return True

    _renameat = _renameat2 = _rename

    def _link(self, call):
        old, new = call.paths
        folder, name = self._parent(new)
        folder.change(**{name: self._at(old)})
        return True

    _linkat = _link

    def _unlink(self, call):
        folder, name = self._parent(call.paths[0])
        folder.change(**{name: None})
        return True

    _unlinkat = _rmdir = _unlink


def _read(place):
    """Give a folder as it is, all of it surely kept."""
    if place.is_file():
        data = place.read_bytes()
        return File(data, data)
    names = {path.name: _read(path) for path in place.iterdir()}
    return Folder(names, dict(names))
