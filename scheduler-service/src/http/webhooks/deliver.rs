//! One request to a receiver: its address is resolved, judged and connected to as one step, so that what
//! was judged is what is called.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::http::uri::PathAndQuery;
use axum::http::{Request, StatusCode, Uri, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::address::is_public;

/// How long a request may take, from the name to the answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Most of the head of an answer that is read. Of its body nothing is.
const HEAD_BYTES: usize = 64 << 10;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it: it answered 2xx.
    Taken,
    /// The receiver answered something else.
    Refused(String),
    /// There was no answer.
    Unreachable(String),
}

/// Where a receiver is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    secure: bool,
    host: String,
    port: u16,
    /// Host and port as they stand in the URL.
    authority: String,
    path: String,
}

impl Target {
    /// The target of `url`. Where `private` ones are not allowed it has to be https, and no address that
    /// is not public; what its name leads to is judged with each request.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(url: &str, private: bool) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|error| format!("{url:?} is no URL: {error}"))?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if private => false,
            Some("http") => return Err("it must begin with https://".to_owned()),
            _ => return Err("it must be a whole URL that begins with https://".to_owned()),
        };
        let authority = uri.authority().ok_or("it has no host")?;
        if authority.as_str().contains('@') {
            return Err(
                "it must have no user and password: the signature says who calls".to_owned()
            );
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err("it has no host".to_owned());
        }
        // An impossible port counts as none there.
        let port = match authority.as_str().get(authority.host().len()..).unwrap_or_default() {
            "" if secure => 443,
            "" => 80,
            given => given[1..].parse().ok().filter(|&port: &u16| port > 0).ok_or_else(|| {
                format!("its port must be a number from 1 to 65535, not {:?}", &given[1..])
            })?,
        };
        if url.contains('#') {
            return Err("what stands behind # is not sent: leave it out".to_owned());
        }
        if let Ok(address) = host.parse()
            && !private
            && !is_public(address)
        {
            return Err(format!("{address} is no public address"));
        }
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        Ok(Self { secure, host, port, authority: authority.to_string(), path })
    }

    /// Sends `body` with `headers`.
    pub async fn post(
        &self,
        private: bool,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Outcome {
        match tokio::time::timeout(TIMEOUT, self.attempt(private, headers, body)).await {
            Ok(Ok(status)) if status.is_success() => Outcome::Taken,
            // Where it leads was not judged.
            Ok(Ok(status)) if status.is_redirection() => {
                Outcome::Refused(format!("it answers {status}, and redirects are not followed"))
            }
            Ok(Ok(status)) => Outcome::Refused(format!("it answers {status}")),
            Ok(Err(reason)) => Outcome::Unreachable(reason),
            Err(_) => Outcome::Unreachable(format!("no answer within {} s", TIMEOUT.as_secs())),
        }
    }

    async fn attempt(
        &self,
        private: bool,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<StatusCode, String> {
        let mut request = Request::post(&self.path)
            .header(header::HOST, &self.authority)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("scheduler/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
        let stream = self.connect(private).await?;
        if !self.secure {
            return send(stream, request).await;
        }
        let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
        let connected = connector()?.connect(name, stream).await;
        send(connected.map_err(|error| format!("no TLS connection: {error}"))?, request).await
    }

    /// Connects to the first address that may be called, of those that the name has now.
    async fn connect(&self, private: bool) -> Result<TcpStream, String> {
        let found = lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> =
            found.map_err(|error| format!("its name is not found: {error}"))?.collect();
        let mut reason = "its name has no address".to_owned();
        for address in found {
            if !private && !is_public(address.ip()) {
                reason = format!("its name leads to {}, which is no public address", address.ip());
                continue;
            }
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => reason = format!("no connection to {address}: {error}"),
            }
        }
        Err(reason)
    }
}

/// Sends `request` and waits for the status of the answer.
async fn send<S>(stream: S, request: Request<Body>) -> Result<StatusCode, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let failed = |error: hyper::Error| format!("no answer: {error}");
    let mut client = http1::Builder::new();
    client.max_buf_size(HEAD_BYTES);
    let handshake = client.handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(failed)?;
    let driver = tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    // Its body is of no interest, however long.
    driver.abort();
    Ok(answer.map_err(failed)?.status())
}

/// TLS with the certificates that this machine trusts.
fn connector() -> Result<TlsConnector, String> {
    static CONNECTOR: OnceLock<Result<TlsConnector, String>> = OnceLock::new();
    let make = || {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (known, _) = roots.add_parsable_certificates(found.certs);
        if known == 0 {
            return Err("this machine trusts no certificates".to_owned());
        }
        let provider = Arc::new(crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    };
    CONNECTOR.get_or_init(make).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_public_and_secure() {
        assert!(Target::parse("https://example.org/hooks?x=1", false).is_ok());
        assert!(Target::parse("http://127.0.0.1:9/x", true).is_ok());
        for bad in [
            "http://example.org/",
            "ftp://example.org/",
            "/hooks",
            "https://user:secret@example.org/",
            "https://example.org:99999/",
            "https://example.org:0/",
            "https://example.org:/",
            "https://example.org/hooks#part",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]:8443/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert!(Target::parse(bad, false).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn names_that_lead_to_private_addresses_are_not_called() {
        let target = Target::parse("https://localhost:9/", false).unwrap();
        let outcome = target.post(false, &[], Vec::new()).await;
        let Outcome::Unreachable(reason) = outcome else { panic!("{outcome:?}") };
        assert!(reason.contains("no public address"), "{reason}");
    }
}
