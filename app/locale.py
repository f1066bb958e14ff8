"""Which language a page speaks, and how it writes money, days and shares."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, Request, g, has_request_context, request
from flask_babel import get_locale as babel_locale
from flask_babel import gettext as _
from flask_login import current_user

from core.text import LANGUAGES, Localized

HELSINKI = ZoneInfo("Europe/Helsinki")
NATIVE_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
# English as it is written in Finland: 12 400,50 and 24 November 2026.
_FORMATS = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_FI"}


def best_language(incoming: Request) -> str:
    """The person's own choice, else what the browser asks for, else Finnish."""
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    cookie = incoming.cookies.get("language", "")
    if cookie in LANGUAGES:
        return cookie
    return incoming.accept_languages.best_match(LANGUAGES) or "fi"


def current_language() -> str:
    """The language of the page, mail or message being written."""
    if has_request_context() and "lang" in g:
        return str(g.lang)
    locale = babel_locale()
    return locale.language if locale and locale.language in LANGUAGES else "fi"


def select_language() -> str:
    """Flask-Babel's question: the URL answers, then the person."""
    return str(g.lang) if "lang" in g else best_language(request)


def _cldr() -> str:
    return _FORMATS[current_language()]


def money(cents: int, currency: str = "EUR", unit: int = 100) -> str:
    """12 400 € without needless cents, the same shape in all three languages."""
    amount = Decimal(cents) / unit
    whole = amount == amount.to_integral_value()
    pattern = "#,##0\u00a0¤" if whole else "#,##0.00\u00a0¤"
    return str(
        format_currency(
            amount, currency, pattern, locale=_cldr(), currency_digits=False
        )
    )


def number(value: float | Decimal) -> str:
    """A number with the language's own separators."""
    return str(format_decimal(value, locale=_cldr()))


def percent(share: float, digits: int = 0) -> str:
    """0.25 as 25 %."""
    pattern = "#,##0\u00a0%" if digits == 0 else "#,##0." + "0" * digits + "\u00a0%"
    return str(format_percent(share, pattern, locale=_cldr()))


def day(value: date | datetime) -> str:
    """24.11.2026, and 24 November 2026 in English."""
    moment = _local(value)
    pattern = "d MMMM y" if current_language() == "en" else "d.M.y"
    return str(format_date(moment, pattern, locale=_cldr()))


def clock_time(value: datetime) -> str:
    """18.00 in Finnish and Swedish, 18:00 in English."""
    pattern = "HH:mm" if current_language() == "en" else "H.mm"
    return str(format_time(_local(value), pattern, locale=_cldr()))


def moment(value: datetime) -> str:
    """A day and the time of day, in Helsinki."""
    return str(_("%(day)s at %(time)s", day=day(value), time=clock_time(value)))


def machine_time(value: datetime) -> str:
    """ISO 8601, for a <time> element."""
    return value.isoformat()


def weekday(value: datetime) -> str:
    """The day's name."""
    return str(format_datetime(_local(value), "EEEE", locale=_cldr()))


def _local(value: Any) -> Any:  # noqa: ANN401 - date or datetime, the same one back
    return value.astimezone(HELSINKI) if isinstance(value, datetime) else value


def content(text: Localized) -> str:
    """Content in the page's language, else in another one."""
    return text.in_language(current_language())


def content_language(text: Localized) -> str:
    """The language that `content` answers in."""
    return text.language_shown(current_language())


def init_app(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters.update(
        money=money,
        number=number,
        percent=percent,
        day=day,
        time=clock_time,
        moment=moment,
        weekday=weekday,
        machine_time=machine_time,
        content=content,
        content_language=content_language,
    )
    app.jinja_env.globals.update(
        current_language=current_language,
        languages=NATIVE_NAMES,
    )
