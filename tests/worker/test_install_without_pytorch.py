"""A clipdesk without PyTorch says so in a line before it downloads anything; models that are ready are welcome."""

from pathlib import Path

import pytest

from clipdesk import cli
from clipdesk.core.errors import ModelError
from clipdesk.core.paths import models_folder, resources
from clipdesk.worker import model_install


@pytest.fixture
def without_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_install, "find_spec", lambda _: None)


def install(name: str, source: Path | None) -> None:
    model_install.install(
        name, source, accepted=True, tell=lambda *_: None, cancelled=lambda: False, tuned=False, trust=True
    )


def test_a_download_is_refused_before_it_begins(without_pytorch: None) -> None:
    with pytest.raises(ModelError, match="comes without PyTorch") as refused:
        install("ViT-B-32-256", None)
    assert "clipdesk-torch" in refused.value.hint
    assert not list(models_folder().glob(".installing-*"))


def test_weights_alone_are_refused(without_pytorch: None, tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"")
    with pytest.raises(ModelError, match="comes without PyTorch"):
        install("ViT-B-32-256", weights)


def test_a_model_that_is_ready_is_installed(without_pytorch: None) -> None:
    install("brought", resources() / "models" / "pocket")
    assert (models_folder() / "brought" / "image.onnx").is_file()
    model_install.remove("brought")


def test_a_tool_that_needs_pytorch_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli._tell_other(ModuleNotFoundError("No module named 'torch'", name="torch.nn")) == 1
    assert "This needs PyTorch" in capsys.readouterr().err
