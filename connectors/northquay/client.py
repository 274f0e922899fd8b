"""The made-up firm as a connector: one of its systems, as far as that one knows by now."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache, cached_property
from typing import Any, ClassVar

from connectors.base import Connector, NeedsHuman, Opened, Page, Probe, Retried, Stream
from connectors.kinds import KINDS
from connectors.kinds.contract import digests
from connectors.northquay import asking, clock
from connectors.northquay.holdings import FLOW_RUNS, HOLDINGS
from connectors.northquay.pages import Part, open_rows, part_of, read_cursor, to_page
from connectors.northquay.resending import send_again
from connectors.northquay.settings import USUAL_PAGE, Recipe, mistakes, recipe_of, system_of
from connectors.northquay.standing import standing
from connectors.northquay.words import Place

# By the firm's own clock, which may be a fast one: often enough for what happens there.
EVERY = timedelta(hours=1)
# Part of every version: raise it when a page starts to be read differently.
EDITION = 1


class Northquay(Connector):
    slug: ClassVar[str] = "sandbox"
    title: ClassVar[str] = "Northquay Advisory (sandbox)"

    @classmethod
    def check_settings(cls, settings: Mapping[str, Any]) -> list[str]:
        return mistakes(settings)

    @cached_property
    def system(self) -> str:
        return system_of(self.settings)

    @cached_property
    def recipe(self) -> Recipe:
        return recipe_of(self.settings)

    def streams(self) -> tuple[Stream, ...]:
        return tuple(
            Stream(kind, kind, "flow_runs" if kind in FLOW_RUNS else "records", EVERY)
            for kind in HOLDINGS[self.system]
        )

    def pull(self, stream: str, cursor: str) -> Iterator[Page]:
        """In the order in which the rows came to be seen; the last page moves the watermark."""
        self._check(stream)
        if self.recipe.folder:
            try:
                yield from asking.pages(self.recipe.folder, self.settings, stream, cursor)
            except asking.NobodyThere:
                pass
            else:
                return
        page = self.page(stream, cursor)
        yield page
        while page.watermark is None:
            page = self.page(stream, page.cursor)
            yield page

    def page(self, stream: str, cursor: str) -> Page:
        """The next page, out of the firm in this process."""
        self._check(stream)
        since = read_cursor(cursor)
        size = self.settings.get("page_size", USUAL_PAGE)
        return to_page(self._part(stream, since, size), f"northquay/{self.system}/{stream}")

    def open(self, stream: str, page: Page) -> Opened:
        self._check(stream)
        return open_rows(KINDS[stream], page)

    def mapping_version(self, stream: str) -> str:
        self._check(stream)
        return f"{EDITION}-{_digests()[stream]}"

    @property
    def retries(self) -> bool:
        return self.system == "middleware" and self.recipe.folder is not None

    def retry(self, messages: Sequence[str]) -> list[Retried]:
        if not self.retries:
            return super().retry(messages)
        try:
            return asking.retry(self.recipe.folder, self.settings, messages)
        except asking.NobodyThere:
            return self.resend(messages)

    def resend(self, messages: Sequence[str]) -> list[Retried]:
        """Sent again by the firm in this process."""
        try:
            return send_again(self.recipe, messages)
        except clock.BadClock as error:
            raise NeedsHuman(str(error), _REMEDY) from None

    def probe(self) -> Probe:
        """Reads the clock alone: whoever only asks must not wait for a firm to be built."""
        try:
            now = clock.read(self.recipe.folder, self.recipe.snapshot).as_of
        except clock.BadClock as error:
            return Probe(reachable=False, detail=str(error), missing=[_REMEDY])
        return Probe(
            reachable=True,
            detail=f"The firm stands at {now:%d %B %Y %H:%M} UTC.",
            rights=dict.fromkeys(HOLDINGS[self.system], True),
        )

    def _part(self, stream: str, since: Place | None, size: int) -> Part:
        try:
            with standing(self.recipe) as found:
                watermark = found.watermark(self.system, stream)
                if not since or since[0] <= watermark:
                    changed = found.changed(self.system, stream, since)
                    return part_of(changed, watermark, size)
        except clock.BadClock as error:
            raise NeedsHuman(str(error), _REMEDY) from None
        except KeyError as error:
            raise NeedsHuman(
                f"The firm knows no fault {error}, which was mended", _REMEDY
            ) from None
        raise NeedsHuman(
            f"The firm's clock stands at {watermark}, before the last pull at {since[0]}",
            "Advance the firm beyond that, or start with an empty database.",
        )

    def _check(self, stream: str) -> None:
        if stream not in HOLDINGS[self.system]:
            raise NeedsHuman(
                f"The firm's {self.system} has no stream {stream}",
                f"Write one of {', '.join(HOLDINGS[self.system])}.",
            )


_REMEDY = f"Remove {clock.NAME} from the folder of the connection; the firm then starts anew."


@cache
def _digests() -> dict[str, str]:
    return digests()
