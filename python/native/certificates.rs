//! Which certificates are taken, and what is wrong with the others.

use std::error::Error as _;
use std::fs;
use std::io;
use std::sync::Arc;

use cloudconvert_core::Reason;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore,
    SignatureScheme,
};

/// The variable that names a file of certificates, as OpenSSL and curl read it.
const FILE: &str = "SSL_CERT_FILE";

/// TLS that trusts these certificates (in PEM), or those of the system.
///
/// # Errors
/// A sentence about certificates that cannot be used.
pub(crate) fn config(pem: Option<&[u8]>) -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder();
    let (inner, given): (Arc<dyn ServerCertVerifier>, _) = if let Some(pem) = pem {
        let given = read(pem)?;
        let mut roots = RootCertStore::empty();
        for certificate in &given {
            roots.add(certificate.clone()).map_err(|error| error.to_string())?;
        }
        let verifier = WebPkiServerVerifier::builder(Arc::new(roots)).build();
        (verifier.map_err(|error| error.to_string())?, given)
    } else {
        let given = std::env::var_os(FILE).and_then(|path| fs::read(path).ok());
        let provider = builder.crypto_provider().clone();
        let verifier =
            rustls_platform_verifier::Verifier::new(provider).map_err(|error| error.to_string())?;
        (Arc::new(verifier), given.and_then(|pem| read(&pem).ok()).unwrap_or_default())
    };
    let verifier = Arc::new(Given { inner, given });
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match certificates.map_err(|error| error.to_string())? {
        none if none.is_empty() => {
            Err("there is no certificate in PEM: name a file that has BEGIN CERTIFICATE in it".to_owned())
        }
        some => Ok(some),
    }
}

/// Takes what the inner one takes, and a server's certificate that is itself among the given ones even where it is that
/// of an authority: `openssl req -x509` makes such, and OpenSSL takes them.
#[derive(Debug)]
struct Given {
    inner: Arc<dyn ServerCertVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Given {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.inner.verify_server_cert(own, others, name, ocsp, now) {
            // By then its dates have been checked, but not its name.
            Err(Error::InvalidCertificate(fault)) if is_authority(&fault) && self.given.contains(own) => {
                verify_server_name(&ParsedCertificate::try_from(own)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, own, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, own, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Whether the fault is that the certificate of a server is that of an authority.
fn is_authority(fault: &CertificateError) -> bool {
    // The type behind it is of a crate that rustls does not show.
    matches!(fault, CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity"))
}

/// Why there is no answer, as far as the error tells.
pub(crate) fn reason(error: &reqwest::Error) -> Reason {
    if error.is_builder() {
        return Reason::Permanent("its address is not valid; check the base URL".to_owned());
    }
    match tls(error) {
        Some(Error::InvalidCertificate(fault)) => Reason::Permanent(refused(fault)),
        Some(Error::InvalidMessage(_)) => {
            Reason::Permanent("it does not speak TLS; perhaps its address begins with http://".to_owned())
        }
        Some(fault) if let Some(why) = parted(fault) => Reason::Permanent(why),
        // The name, the connection, the handshake and the proxy.
        _ if error.is_connect() => Reason::Unreached,
        _ => Reason::Connection,
    }
}

/// Why server and client cannot come together, where it would be the same the next time.
fn parted(fault: &Error) -> Option<String> {
    use AlertDescription as Alert;

    let versions =
        "it has no version of TLS, or no cipher, in common with this program, which takes TLS 1.2 and 1.3";
    match fault {
        Error::PeerIncompatible(_) | Error::NoApplicationProtocol => Some(format!("{versions} ({fault})")),
        Error::AlertReceived(alert) => match alert {
            Alert::ProtocolVersion
            | Alert::InsufficientSecurity
            | Alert::InappropriateFallback
            | Alert::MissingExtension
            | Alert::UnsupportedExtension
            | Alert::NoApplicationProtocol => Some(format!("{versions} ({fault})")),
            Alert::HandshakeFailure => Some(format!(
                "{versions}, or it wants a certificate of the client, which is not offered ({fault})"
            )),
            Alert::CertificateRequired
            | Alert::NoCertificate
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied => {
                Some(format!("it wants a certificate of the client, which is not offered ({fault})"))
            }
            Alert::UnrecognisedName => {
                Some(format!("it does not know the name that it was called by ({fault})"))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The error of TLS behind it.
fn tls(error: &reqwest::Error) -> Option<&Error> {
    let mut source = error.source();
    while let Some(error) = source {
        // An error of I/O does not name what it holds as its source.
        let held = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let held = held.map(|held| held as &(dyn std::error::Error + 'static));
        if let Some(found) = held.unwrap_or(error).downcast_ref() {
            return Some(found);
        }
        source = held.or_else(|| error.source());
    }
    None
}

fn refused(fault: &CertificateError) -> String {
    let hint = match fault {
        CertificateError::UnknownIssuer => {
            "; if it is your own, name the file of its authority as `certificates` or in SSL_CERT_FILE"
        }
        fault if is_authority(fault) => {
            "; it is that of an authority, which is taken only where it is itself given as trusted"
        }
        _ => "",
    };
    format!("its certificate is refused: {fault}{hint}")
}

/// What an error says, with what lies behind it. Its URL is left out: its query, and a proxy's password, are secrets.
pub(crate) fn say(error: &reqwest::Error) -> String {
    let mut words = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        words.push(error.to_string());
        source = error.source();
    }
    words.join(": ")
}
