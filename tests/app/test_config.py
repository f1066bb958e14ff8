"""A wrong setting stops the start and is named."""

from pathlib import Path

import pytest

from app.config import Config, ConfigError

GOOD = {"SECRET_KEY": "s" * 40}


def test_a_secret_alone_is_enough_for_sqlite() -> None:
    config = Config.from_environment(GOOD)
    assert config.is_sqlite
    assert config.queue == "embedded"
    assert config.key_dir == Path("instance/keys")
    assert config.upload_dir == Path("instance/uploads")
    assert not config.demo


def test_postgresql_is_spoken_through_psycopg_3_and_its_own_queue() -> None:
    config = Config.from_environment(
        {**GOOD, "DATABASE_URL": "postgres://town:pw@db/puistokatu"}
    )
    assert config.database_url == "postgresql+psycopg://town:pw@db/puistokatu"
    assert config.queue == "procrastinate"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgresql://town:pw@db:port/x"),
        ("BASE_URL", "puistola"),
        ("BASE_URL", "ftp://puistola.example"),
        ("MAIL_URL", "mail.example"),
        ("QUEUE", "redis"),
        ("QUEUE", "procrastinate"),
        ("PUISTOKATU_DEMO", "yes"),
        ("TRUSTED_PROXIES", "many"),
        ("SESSION_HOURS", "-1"),
        ("LOCK_SECONDS", "0"),
        ("LOCK_SECONDS", "51"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=variable):
        Config.from_environment({**GOOD, variable: value})


def test_the_demo_keeps_a_secret_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = Config.from_environment({"PUISTOKATU_DEMO": "1"})
    again = Config.from_environment({"PUISTOKATU_DEMO": "1"})
    assert first.secret_key == again.secret_key
    assert (tmp_path / "instance" / "demo_secret").stat().st_mode & 0o077 == 0


BROKER = {
    "OIDC_BROKERS": "suomifi",
    "OIDC_SUOMIFI_ISSUER": "https://broker.example",
    "OIDC_SUOMIFI_CLIENT_ID": "puistokatu",
    "OIDC_SUOMIFI_CLIENT_SECRET": "a secret of the two",
}


def test_brokers_of_strong_identification_are_listed_or_one_stands_alone() -> None:
    assert Config.from_environment(GOOD).brokers == ()
    (listed,) = Config.from_environment({**GOOD, **BROKER}).brokers
    assert (listed.name, listed.title, listed.numbers) == ("suomifi", "Suomifi", "fi")
    assert "a secret" not in repr(listed)
    alone = {each.replace("SUOMIFI_", ""): value for each, value in BROKER.items()}
    alone |= {"OIDC_BROKERS": "", "OIDC_ACR": "loa2 loa3"}
    (one,) = Config.from_environment({**GOOD, **alone}).brokers
    assert (one.name, one.acr) == ("broker", ("loa2", "loa3"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OIDC_BROKERS", "suomifi suomifi"),
        ("OIDC_BROKERS", "Suomi.fi"),
        ("OIDC_SUOMIFI_ISSUER", ""),
        ("OIDC_SUOMIFI_ISSUER", "http://broker.example"),
        ("OIDC_SUOMIFI_CLIENT_ID", ""),
        ("OIDC_SUOMIFI_CLIENT_SECRET", ""),
        ("OIDC_SUOMIFI_CLIENT_KEY", "/there/is/no/such/file"),
        ("OIDC_SUOMIFI_NUMBERS", "no"),
        ("OIDC_SUOMIFI_SCOPE", "profile"),
    ],
)
def test_a_wrong_setting_of_a_broker_is_named(variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=variable):
        Config.from_environment({**GOOD, **BROKER, variable: value})
