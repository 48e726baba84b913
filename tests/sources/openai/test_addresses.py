"""Addresses of a model's server: what is refused before anything is sent there."""

import pytest
from pydantic import SecretStr

from runningcoach.base import i18n
from runningcoach.sources.openai.addresses import check_address
from runningcoach.sources.openai.client import ModelClient
from runningcoach.sources.openai.problems import BadModelAddress

GOOD = {
    None: "https://api.openai.com/v1",
    "https://api.openai.com/v1/": "https://api.openai.com/v1",
    "  https://openrouter.ai/api/v1\n": "https://openrouter.ai/api/v1",
    "http://localhost:11434/v1": "http://localhost:11434/v1",
    "http://127.0.0.1:1234/v1": "http://127.0.0.1:1234/v1",
    "http://[::1]:8000/v1": "http://[::1]:8000/v1",
    "http://192.168.0.20:8000/v1": "http://192.168.0.20:8000/v1",
    "http://10.1.2.3/v1": "http://10.1.2.3/v1",
    "http://[fd00::5]:8000/v1": "http://[fd00::5]:8000/v1",
    "http://100.101.102.103:11434/v1": "http://100.101.102.103:11434/v1",
    "http://ollama:11434/v1": "http://ollama:11434/v1",
    "http://nas.local/v1": "http://nas.local/v1",
    "http://host.docker.internal:11434/v1": "http://host.docker.internal:11434/v1",
    "https://8.8.8.8/v1": "https://8.8.8.8/v1",
}
BAD = {
    "": "not_an_address",
    "api.openai.com/v1": "not_http",
    "file:///etc/passwd": "not_http",
    "ftp://host/v1": "not_http",
    "javascript:alert(1)": "not_http",
    "unix:/run/x.sock": "not_http",
    "https:///v1": "not_an_address",
    "https://host:port/v1": "not_an_address",
    "https://host:99999/v1": "not_an_address",
    "https://[::1/v1": "not_an_address",
    "https://a b/v1": "not_an_address",
    "https://host\\@evil.example/v1": "not_an_address",
    "https://host/v1\r\nX-Evil: 1": "not_an_address",
    "https://호스트.example/v1": "not_an_address",
    "https://" + "a" * 600: "not_an_address",
    "https://me:secret@host/v1": "has_password",
    "https://sk-abc@host/v1": "has_password",
    "https://@host/v1": "has_password",
    "https://host/v1?key=secret": "has_query",
    "https://host/v1#x": "has_query",
    "https://api.openai.com/v1/chat/completions": "whole_call",
    "https://api.openai.com/v1/responses/": "whole_call",
    "http://api.openai.com/v1": "public_without_tls",
    "http://8.8.8.8/v1": "public_without_tls",
    "http://[2001:4860:4860::8888]/v1": "public_without_tls",
    "http://[::ffff:8.8.8.8]/v1": "public_without_tls",
    "http://169.254.169.254/latest": "public_without_tls",
    "http://0.0.0.0:11434/v1": "public_without_tls",
    "http://134744072/v1": "public_without_tls",  # 8.8.8.8 in one number
    "http://0x08080808/v1": "public_without_tls",
    "http://my-model.example.com/v1": "public_without_tls",
    "http://localhost.evil.example/v1": "public_without_tls",
}


@pytest.mark.parametrize(("given", "address"), GOOD.items())
def test_good_address(given: str | None, address: str):
    assert check_address(given) == address


@pytest.mark.parametrize(("given", "reason"), BAD.items())
def test_bad_address_is_refused_with_its_reason(given: str, reason: str):
    with pytest.raises(BadModelAddress) as caught:
        check_address(given)
    for language in i18n.LANGUAGES:
        assert i18n.t(f"openai.address.{reason}", language) in caught.value.what(language)
        assert "secret" not in caught.value.what(language)


def test_a_client_checks_its_address_too():
    with pytest.raises(BadModelAddress):
        ModelClient("http://api.openai.com/v1", SecretStr("sk-x"))
