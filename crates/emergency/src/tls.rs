//! A connection to a telephone system that nobody in between can read.

use std::sync::Arc;

use simpul_kernel::Refusal;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Longest file of those who vouch for a switch, in bytes.
pub const CA_MAX_BYTES: usize = 64 * 1024;

/// Speaks TLS to whom one of these certificates (PEM) vouches for; where there are none, those that browsers know.
///
/// # Errors
/// `emergency.refused.ca` of the field `ca` for what are no certificates.
pub fn connector(ca: &str) -> Result<TlsConnector, Refusal> {
    let roots = roots(ca).ok_or_else(|| Refusal::field("ca", "emergency.refused.ca"))?;
    let config =
        ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    let config = config.map_err(|_| Refusal::field("ca", "emergency.refused.ca"))?;
    Ok(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
}

fn roots(ca: &str) -> Option<RootCertStore> {
    if ca.trim().is_empty() {
        return Some(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    }
    if ca.len() > CA_MAX_BYTES {
        return None;
    }
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(ca.as_bytes()) {
        roots.add(certificate.ok()?).ok()?;
    }
    (!roots.is_empty()).then_some(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_vouches_is_read_from_a_file_and_what_is_none_is_refused() {
        assert!(connector("").is_ok(), "those that browsers know");
        assert!(connector(include_str!("../tests/ami/tls/ca.pem")).is_ok());
        let cut: String = include_str!("../tests/ami/tls/ca.pem").chars().take(200).collect();
        let long = "x".repeat(CA_MAX_BYTES + 1);
        for wrong in ["bukan sertifikat", cut.as_str(), long.as_str(), include_str!("../tests/ami/tls/switch.key")] {
            assert_eq!(connector(wrong).err().map(|refusal| refusal.field), Some(Some("ca")));
        }
    }
}
