"""A kernel compiled from sources that have changed is not used."""

from pathlib import Path

from numba.core.caching import UserProvidedCacheLocator

from clearbay.kernel_cache import drop_stale


def package(folder: Path) -> Path:
    (folder / "__pycache__").mkdir()
    (folder / "rates.py").write_text("K = 1.0\n")
    (folder / "table.npz").write_bytes(b"1")
    drop_stale(folder)
    kernel = folder / "__pycache__" / "line.solve-1.nbi"
    kernel.write_bytes(b"compiled")
    return kernel


def test_kernels_stay_while_their_sources_do(tmp_path: Path) -> None:
    kernel = package(tmp_path)
    drop_stale(tmp_path)
    assert kernel.exists()


def test_a_changed_table_drops_the_kernels_of_its_package(tmp_path: Path) -> None:
    kernel = package(tmp_path)
    (tmp_path / "table.npz").write_bytes(b"22")
    drop_stale(tmp_path)
    assert not kernel.exists()


def test_kernels_of_before_the_first_look_are_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    kernel = tmp_path / "__pycache__" / "a.nbc"
    kernel.write_bytes(b"")
    drop_stale(tmp_path)
    assert not kernel.exists()


def test_a_cache_elsewhere_is_looked_after_too(tmp_path: Path, monkeypatch) -> None:
    sources, cache = tmp_path / "twins", tmp_path / "cache" / "twins_0a1b"
    sources.mkdir()
    cache.mkdir(parents=True)
    (sources / "a.py").write_text("")
    (cache / "a.nbi").write_bytes(b"")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    drop_stale(sources)
    assert not (cache / "a.nbi").exists()


def test_a_cache_elsewhere_keeps_what_the_first_process_compiled(tmp_path: Path, monkeypatch) -> None:
    sources, cache = tmp_path / "twins", tmp_path / "cache"
    sources.mkdir()
    (sources / "a.py").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache))
    drop_stale(sources)
    place = cache / UserProvidedCacheLocator.get_suitable_cache_subpath(str(sources / "a.py"))
    (place / "a.nbi").write_bytes(b"compiled")
    drop_stale(sources)
    assert (place / "a.nbi").exists()
