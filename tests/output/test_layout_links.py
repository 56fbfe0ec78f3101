"""Folders of templates, styles and catalogues lie in the study."""

from __future__ import annotations

import pytest

from briefgen.config.settings import load_settings
from briefgen.errors import SettingsError
from briefgen.pipeline.inputs import layout_folders
from studies import small_study


@pytest.mark.parametrize("name", ["reports", "styles", "locales"])
def test_a_folder_that_leads_elsewhere_is_refused(tmp_path, name):
    study = small_study(tmp_path / "study")
    settings = load_settings(study)
    (study / name).mkdir()
    assert layout_folders(settings)[name][0] == settings.folder / name
    (study / name).rmdir()
    (study / name).symlink_to(tmp_path)
    with pytest.raises(SettingsError, match="leads elsewhere"):
        layout_folders(settings)
