//! Networks: which addresses belong to the public internet, and which are allowed besides.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

/// A range of addresses.
///
/// ```
/// use cloudconvert_sandbox::Network;
///
/// let network: Network = "10.1.0.0/16".parse()?;
/// assert!(network.contains([10, 1, 2, 3].into()));
/// let single: Network = "::1".parse()?;
/// assert!(!single.contains([127, 0, 0, 1].into()));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

impl Network {
    /// This machine as it calls itself: `127.0.0.0/8` and `::1`.
    pub fn loopback() -> [Self; 2] {
        let v4 = Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8);
        [Self(v4.into()), Self(Ipv6Net::from(Ipv6Addr::LOCALHOST).into())]
    }

    /// Whether an address is in it, also where IPv6 carries one of IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&inner(address))
    }
}

/// `10.0.0.0/8`, `fd00::/8`, or one address.
impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network
            .map(Self)
            .map_err(|_| "expected a network or an address, for example 10.0.0.0/8 or ::1".to_owned())
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.0.to_string()
    }
}

/// The parts of IPv4 that do not belong to the public internet (IANA, special-purpose addresses).
const SPECIAL_V4: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The only part of IPv6 that belongs to the public internet, and what of it does not: protocols, tunnels, examples.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
const SPECIAL_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];
/// Addresses of IPv4 as a network that has only IPv6 writes them (RFC 6052).
const TRANSLATED: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether an address belongs to the public internet, and is not one of this machine.
pub(super) fn is_public(address: IpAddr) -> bool {
    let in_v4 = |address: &Ipv4Addr, (network, bits)| Ipv4Net::new_assert(network, bits).contains(address);
    let in_v6 = |address: &Ipv6Addr, (network, bits)| Ipv6Net::new_assert(network, bits).contains(address);
    let address = inner(address);
    let global = match &address {
        IpAddr::V4(address) => !SPECIAL_V4.into_iter().any(|special| in_v4(address, special)),
        IpAddr::V6(address) => {
            in_v6(address, GLOBAL_V6) && !SPECIAL_V6.into_iter().any(|special| in_v6(address, special))
        }
    };
    global && !is_own(address)
}

/// The address of IPv4 that one of IPv6 carries; any other as it is.
fn inner(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if Ipv6Net::new_assert(TRANSLATED.0, TRANSLATED.1).contains(&v6) => {
            let [.., a, b, c, d] = v6.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        other => other,
    }
}

/// Whether an interface of this machine has the address. Where that cannot be found out, it counts as one.
fn is_own(address: IpAddr) -> bool {
    if_addrs::get_if_addrs().map_or(true, |own| own.iter().any(|interface| inner(interface.ip()) == address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public() {
        for public in
            ["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.0.3",
            "169.254.169.254",
            "172.31.255.255",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fe80::1",
            "fec0::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        for own in if_addrs::get_if_addrs().unwrap() {
            assert!(!is_public(own.ip()), "{}", own.ip());
        }
    }

    #[test]
    fn networks_as_people_write_them() {
        let network: Network = "127.0.0.0/8".parse().unwrap();
        assert!(network.contains("::ffff:127.1.2.3".parse().unwrap()));
        assert!(
            Network::loopback().contains(&network) && Network::loopback().contains(&"::1".parse().unwrap())
        );
        for wrong in ["", "localhost", "10.0.0.0/33", "10.0.0/8"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
