"""The chart library: written once, written anew when it is another one."""

import pytest

from runningcoach.pages.charts import bundle


@pytest.mark.deep
def test_the_bundle_is_written_once_and_replaced_when_it_differs(tmp_path):
    path = bundle.write(tmp_path / "static")
    script = path.read_text(encoding="utf-8")
    assert "vegaEmbed" in script
    assert len(script) > 500_000

    path.write_text(script[:200] + "// same", encoding="utf-8")
    bundle.write(tmp_path / "static")
    assert path.read_text(encoding="utf-8").endswith("// same")

    path.write_text("/* another version */", encoding="utf-8")
    bundle.write(tmp_path / "static")
    assert path.read_text(encoding="utf-8") == script
    assert [file.name for file in path.parent.iterdir()] == [bundle.NAME]
