from ipaddress import ip_address

import pytest

from base.addresses import addresses_of, is_public


@pytest.mark.parametrize("text", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_address_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
    ],
)
def test_address_behind_us_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("host", ["localhost", "lms.localhost"])
async def test_localhost_and_names_below_it_are_this_machine(host: str) -> None:
    assert [str(address) for address in await addresses_of(host)] == ["127.0.0.1", "::1"]


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "127.0.0.1"])
async def test_loopback_in_disguise_is_seen(host: str) -> None:
    assert [str(address) for address in await addresses_of(host)] == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["nothing.invalid", "a" * 64 + ".example", "a..b"])
async def test_name_without_address_is_an_os_error(host: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        await addresses_of(host)
