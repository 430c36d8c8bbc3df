//! Calls that the service makes by itself: to receivers of events, to the provider by which people sign in,
//! to who checks captchas. An address is resolved, judged and connected to as one step, so that what was
//! judged is what is called. No redirect is followed.

mod address;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::body::{Body, to_bytes};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Request, StatusCode, Uri, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use address::is_public;

/// Most of the head of an answer that is read.
const HEAD_BYTES: usize = 64 << 10;

/// A request to be made.
#[derive(Debug)]
pub struct Call {
    /// What is done.
    pub method: Method,
    /// Headers besides those of every request.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Vec<u8>,
    /// Whether the address may be one that is not public.
    pub private: bool,
    /// Most bytes of the answer's body that are taken; 0: its body is of no interest, however long.
    pub most: usize,
}

/// Where something is that is called.
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
            return Err("it must have no user and password: they would be in logs".to_owned());
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

    /// Makes the call; the status and the body of the answer.
    ///
    /// # Errors
    /// Why there is no answer, in words.
    pub async fn call(&self, call: Call) -> Result<(StatusCode, Vec<u8>), String> {
        let mut request = Request::builder()
            .method(call.method)
            .uri(&self.path)
            .header(header::HOST, &self.authority)
            .header(header::USER_AGENT, concat!("scheduler/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close");
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(call.body)).map_err(|error| error.to_string())?;
        let stream = self.connect(call.private).await?;
        if !self.secure {
            return send(stream, request, call.most).await;
        }
        let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
        let connected = connector()?.connect(name, stream).await;
        let stream = connected.map_err(|error| format!("no TLS connection: {error}"))?;
        send(stream, request, call.most).await
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

/// Sends `request` and waits for the answer.
async fn send<S>(
    stream: S,
    request: Request<Body>,
    most: usize,
) -> Result<(StatusCode, Vec<u8>), String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let failed = |error: hyper::Error| format!("no answer: {error}");
    let mut client = http1::Builder::new();
    client.max_buf_size(HEAD_BYTES);
    let handshake = client.handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(failed)?;
    // Ends with this call, whatever becomes of it.
    let driver = Driver(tokio::spawn(connection));
    let answer = sender.send_request(request).await.map_err(failed)?;
    let status = answer.status();
    let body = match most {
        0 => Vec::new(),
        most => {
            let body = to_bytes(Body::new(answer.into_body()), most).await;
            body.map_err(|error| format!("its answer cannot be read: {error}"))?.to_vec()
        }
    };
    drop(driver);
    Ok((status, body))
}

/// The connection at work.
struct Driver(tokio::task::JoinHandle<hyper::Result<()>>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
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
}
