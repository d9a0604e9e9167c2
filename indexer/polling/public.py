"""Which addresses may be asked: those of the public internet.

A feed's address comes from a list that somebody sent, or from a redirect. It must not reach the engine, a router or
the credentials that a cloud keeps at 169.254.169.254.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]

_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_HOSTS_OF_CLOUDS = (ip_network("192.0.0.0/24"), ip_network("168.63.129.16/32"))
"""Where Oracle's and Azure's machines ask their host. The first is for protocols alone, the second is among public ones."""


class NotPublic(OSError):
    """A name or a redirect led to an address that may not be asked."""


class Door:
    """Makes the sockets of the client, so that what is judged is the very address that is connected to.

    A name that is looked up and judged first may have another address when it is looked up again (rebinding).
    """

    def socket(self, info: AddressInfo) -> socket.socket:
        """Return a socket for an address, raise NotPublic where it may not be asked."""
        family, kind, protocol, _, where = info
        if not self.allows(str(where[0])):
            raise NotPublic(f"{where[0]} is no public address")
        return socket.socket(family, kind, protocol)

    def allows(self, address: str) -> bool:
        """Tell whether an address may be asked."""
        meant = _meant(ip_address(address))
        return _is_public(meant) and not _is_own(meant)


def _meant(address: Address) -> Address:
    """Return the IPv4 address that one of IPv6 stands for: ::ffff:127.0.0.1 reaches 127.0.0.1."""
    if isinstance(address, IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if inside is None and address in _NAT64:
        inside = IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if any(address in network for network in _HOSTS_OF_CLOUDS):
        return False
    return address.is_global and not address.is_multicast


def _is_own(address: Address) -> bool:
    """Tell whether an address is this machine's: an engine that a firewall keeps from the world answers it here.

    Only such an address can be taken as that of a socket.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as taken:
        taken.bind((str(address), 0))
        return True
    return False
