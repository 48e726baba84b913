"""What edits cost, as a notebook shows it: in words where it can, as a record to compute with."""

from collections.abc import Iterator

from runningcoach.base import i18n
from runningcoach.base.i18n import t
from runningcoach.coach.plans.validator.finding_words import finding_text
from runningcoach.model.plan_edit import EditPrice
from runningcoach.pages import formatting, markup

LEAST_LOAD, LEAST_TSB = 0.5, 0.05
"""Changes below are zero as they are written."""


class NotebookPrice(EditPrice):
    """What edits change against the stored version; `language` is that of its words."""

    language: str = "ko"

    def _repr_html_(self) -> str:
        with i18n.speaking(self.language):
            rows = list(price_rows(self)) or [(t("plan_page.price.nothing"), "")]
            return str(markup.macros("plan_notebook").price(rows))


def price_rows(price: EditPrice) -> Iterator[tuple[str, str]]:
    """Yield what changes and by how much, in the language in force; nothing that stays."""
    for start, km in price.week_km_change.items():
        yield t("plan_page.price.week", week=start), f"{formatting.signed(km, 1)} km"
    if abs(price.load_change) >= LEAST_LOAD:
        yield t("plan_page.price.load"), formatting.signed(price.load_change)
    if abs(price.race_tsb_change or 0.0) >= LEAST_TSB:
        yield t("plan_page.price.tsb"), formatting.signed(price.race_tsb_change, 1)
    if seconds := round(price.race_time_low_change_s or 0.0):
        key = "slower" if seconds > 0 else "faster"
        yield t("plan_page.price.time"), t(f"plan_page.price.{key}", seconds=abs(seconds))
    for finding in price.new_findings:
        yield t("plan_page.price.new"), finding_text(finding)
    for finding in price.gone_findings:
        yield t("plan_page.price.gone"), finding_text(finding)
