"""The provider: what certificates say of who issues them, the keys that sign, and what boards have approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.credential.picture import look_through
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.provider import Provider
from cequiz.domain.people.staff import Right
from cequiz.errors import CequizError
from cequiz.frontends.provider_words import picture_words, pictures_of
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.item_rows import plain
from cequiz.frontends.tui.office.question import OfficeQuestion
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.widgets.hanging import Column, Hanging
from cequiz.language import mark, tr, trn
from cequiz.services import keykeeping, providing
from cequiz.services.providing import ApprovedCourse, ProviderPage

_SOON = 60
"""Days before an approval ends that it is pointed out: renewing one takes boards weeks."""

_NAMES = 20
"""Cells for what a line is about."""


class ProviderScreen(OfficeScreen[None]):
    """Who issues certificates, and with which keys."""

    SCOPE = Scope.PROVIDER
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Provider and keys")
    RIGHTS = dict.fromkeys(("edit", "pictures", "rotate"), Right.ADMINISTER)

    def __init__(self, desk: OfficeDesk) -> None:
        super().__init__(desk)
        self._page: ProviderPage | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the place of everything that is told."""
        with VerticalScroll(classes="body", id="review"):
            yield Static(tr("Opening …"), id="provider", markup=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.set_focus(self.query_one("#review"))

    def on_screen_resume(self) -> None:
        """Show it as it is now."""
        super().on_screen_resume()
        self.freshen(self._load)

    async def _load(self) -> None:
        page = self._page = await self.desk.look(providing.provider_page)
        self.query_one("#provider", Static).update(Column([*_facts(page.provider), *_keys(page), *_approvals(page)]))
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Pictures need a provider to belong to."""
        if command == "pictures" and (self._page is None or self._page.provider is None):
            return False
        return super().allows(command) and (command not in self.RIGHTS or self._page is not None)

    def action_edit(self) -> None:
        """Open the form."""
        from cequiz.frontends.tui.office.provider_form import ProviderForm  # noqa: PLC0415 - loaded when opened

        if self._page is not None:
            self.app.push_screen(ProviderForm(self.desk, self._page.provider))

    def action_pictures(self) -> None:
        """Open the form for logo and signatures."""
        from cequiz.frontends.tui.office.provider_form import PictureForm  # noqa: PLC0415 - loaded when opened

        if self._page is not None and self._page.provider is not None:
            self.app.push_screen(PictureForm(self.desk, self._page.provider))

    def action_rotate(self) -> None:
        """Ask why, and make a key that signs from now on."""
        page = self._page
        if page is None:
            return
        passphrase = self.desk.house.settings.key_passphrase or None
        known = page.key
        if known is None:
            title, yes = tr("Make the provider's key?"), tr("Make")
            body = tr("Certificates are signed with it from now on.")
        else:
            title, yes = tr("Replace the key {key}?", key=known.id), tr("Replace")
            body = tr("What it signed stays verifiable. Auditors need a new trust file, and the web a new page.")
        if passphrase is not None:
            body += " " + tr("The new key is protected by the passphrase in CEQUIZ_KEY_PASSPHRASE.")

        async def deed(reason: str) -> None:
            made = await self.desk.do(
                Right.ADMINISTER,
                lambda ports, actor: keykeeping.renew(
                    ports, expected=known.id if known else None, reason=reason, actor=actor, passphrase=passphrase
                ),
            )
            self.tell(tr("The key {key} signs from now on.", key=made.id))
            self.freshen(self._load)

        self.ask_then(OfficeQuestion(title, body, label=tr("Reason"), yes=yes), deed)


def _facts(provider: Provider | None) -> Iterator[Hanging]:
    if provider is None:
        yield plain(tr("No provider is set: every certificate is a SPECIMEN."), "bold $warning")
        return
    signs = [provider.administrator, *([provider.instructor] if provider.instructor else [])]
    yield plain(provider.name, "bold")
    yield _fact(tr("Contact"), provider.contact)
    yield _fact(tr("Address"), provider.address)
    yield _fact(tr("Time zone"), provider.time_zone)
    for place, one in enumerate(signs):
        yield _fact("" if place else tr("Signatories"), f"{one.name}, {one.role}" if one.role else one.name)
    yield _fact(tr("Verification page"), provider.verify_at or tr("none"))
    yield _fact(tr("Template"), f"{provider.look.template} · {provider.look.paper.value}")
    for which, content in pictures_of(provider.look).items():
        words = tr("{what}: {state}", what=picture_words(which), state=_picture(which, content))
        yield _fact(tr("Pictures") if which == "logo" else "", words)


def _picture(which: str, content: bytes) -> str:
    if not content:
        return tr("none") if which == "logo" else tr("the name is drawn")
    try:
        found = look_through(content)
    except CequizError as error:  # it was set by an older cequiz that looked at less
        return f"✗ {error.sentence}"
    kilobytes = -(-found.size // 1024)
    return tr("✓ {width} × {height} pixels, {size} KB", width=found.width, height=found.height, size=kilobytes)


def _keys(page: ProviderPage) -> Iterator[Hanging]:
    yield plain("")
    yield plain(tr("Keys"), "bold $primary")
    if not page.keys:
        yield plain(tr("The provider has no key yet."), "$quiet")
    for one in reversed(page.keys):
        yield _key(one)


def _key(one: PublicKey) -> Hanging:
    made = one.made_at[:10]
    if one.retired_at:
        words = tr("{key}: retired on {day}, made on {made}", key=one.id, day=one.retired_at[:10], made=made)
        return Hanging(Content("  · "), Content(words).stylize("$quiet"))
    words = tr("{key}: signs since {day}", key=one.id, day=made)
    return Hanging(Content("  ✓ ").stylize("bold $success"), Content(words))


def _approvals(page: ProviderPage) -> Iterator[Hanging]:
    yield plain("")
    yield plain(tr("Approvals of the courses in use"), "bold $primary")
    if not page.approved:
        yield plain(tr("none"), "$quiet")
    for one in page.approved:
        yield _approval(one, page.today)


def _approval(one: ApprovedCourse, today: date) -> Hanging:
    approval = one.approval
    numbers = " / ".join(number for number in (approval.provider_number, approval.course_number) if number)
    period = tr("{first} to {last}", first=approval.from_.isoformat(), last=approval.to.isoformat())
    left = (approval.to - today).days
    sign, tone, state = "✓", "$success", ""
    if today < approval.from_:
        sign, tone, state = "·", "$quiet", tr("not yet in force")
    elif left < 0:
        sign, tone, state = "✗", "$error", tr("over")
    elif left <= _SOON:
        sign, tone = "▲", "$warning"
        state = trn("ends in {count} day", "ends in {count} days", left)
    words = " · ".join(part for part in (approval.board, numbers, one.name, period, state) if part)
    return Hanging(Content(f"  {sign} ").stylize(f"bold {tone}"), Content(words))


def _fact(name: str, words: str) -> Hanging:
    return Hanging(Content(f" {name}".ljust(_NAMES)).stylize("$quiet"), Content(words))
