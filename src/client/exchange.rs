//! One attempt of a call: one request and the head of its reply, through any door. Redirects are followed
//! here, so that credentials are never sent to another origin.

use super::call::{Call, Target};
use super::failure::Failure;
use super::host::{Content, Host, Reply, Request, Route};
use crate::error::Error;
use crate::headers::{self, Headers};
use crate::options::{self, Door, TokenSource, checked_token};
use crate::plan::{base, binding, redirect, rest};
use crate::secret::Secret;
use crate::text::concat;

impl<H: Host> Call<H> {
    /// Makes one attempt.
    pub(super) async fn exchange(&self, content: &H::Content) -> Result<H::Reply, Failure<H>> {
        match self.client.config.door {
            Door::Binding => self.through_binding(content).await,
            Door::Rest(_) | Door::Proxy(_) => self.over_http(content).await,
        }
    }

    async fn through_binding(&self, content: &H::Content) -> Result<H::Reply, Failure<H>> {
        // The binding requires the WebSocket option in advance.
        let with_socket = (content.websocket() && !self.options.websocket)
            .then(|| options::Call { websocket: true, ..(*self.options).clone() });
        let options = binding::plan(with_socket.as_ref().unwrap_or(&*self.options), self.format())?;
        let (route, member) = match &self.target {
            Target::Run(model) => (Route::Binding { model: model.as_str(), options }, None),
            Target::Endpoint(endpoint) => match (&endpoint.member, &endpoint.model) {
                (None, Some(model)) => (Route::Binding { model: model.as_str(), options }, None),
                (member, _) => (Route::Member { options }, member.as_deref()),
            },
        };
        match self.request(route, content).await {
            Err(Failure::Foreign(cause)) => {
                let error = match member {
                    Some(member) => self.client.host.describe_member(&cause, member),
                    None => self.client.host.describe(&cause, None),
                };
                Err(Failure::Error(error, Some(cause)))
            }
            outcome => outcome,
        }
    }

    /// Plans a request over HTTP: its address, headers and method.
    pub(super) async fn plan(&self, content: &H::Content) -> Result<(rest::Request, &str), Failure<H>> {
        let host = &*self.client.host;
        let token = self.token().await?;
        self.lifetime.until(host.prepare(content)).await?.map_err(Failure::Foreign)?;
        let facts = rest::BodyFacts {
            content_type: content.content_type(),
            query: content.query(),
            names_model: content.names_model(),
        };
        let config = &self.client.config;
        Ok(match &self.target {
            Target::Run(model) => {
                let method = if content.websocket() { "GET" } else { "POST" };
                (rest::run(config, &self.options, model, token.as_ref(), &facts)?, method)
            }
            Target::Endpoint(endpoint) => {
                let url = concat(&[base::base(&config.door, endpoint.from)?, &endpoint.path]);
                (rest::request(url, &self.options, token.as_ref(), &facts)?, endpoint.method.as_str())
            }
        })
    }

    async fn over_http(&self, content: &H::Content) -> Result<H::Reply, Failure<H>> {
        let host = &*self.client.host;
        let (request, method) = self.plan(content).await?;
        let content_type = content.content_type();
        let redirect = redirect::mode(self.client.browser, request.sensitive);
        let (mut url, mut headers) = (request.url, request.headers);
        for hops in 0.. {
            let route = Route::Http { method, url: &url, headers: &headers, redirect };
            let reply = match self.request(route, content).await {
                Err(Failure::Foreign(cause)) => {
                    let error = host.describe(&cause, Some(redirect::origin(&url)));
                    return Err(Failure::Error(error, Some(cause)));
                }
                outcome => outcome?,
            };
            let status = reply.status().unwrap_or(0);
            if !reply.is_opaque_redirect() && !redirect::is_redirect(status) {
                return Ok(reply);
            }
            let to = reply.header("location").and_then(|location| host.resolve(&location, &url));
            reply.discard();
            let step = redirect::Step {
                status,
                from: redirect::origin(&url),
                to: to.as_deref().map(redirect::origin),
                hops,
                replayable: content.replayable(),
            };
            if !redirect::follow(step)? {
                // Another origin receives the type of the body, and no other header.
                headers = Headers::default();
                headers.set_some(headers::CONTENT_TYPE, content_type.as_deref(), "contentType")?;
            }
            url = to.unwrap_or_default();
        }
        Err(Error::config("baseURL", "The address redirects without an end.").into())
    }

    /// The API format for a model of another author on the binding: that of an endpoint of OpenAI or
    /// Anthropic, by its path.
    fn format(&self) -> Option<&str> {
        let Target::Endpoint(endpoint) = &self.target else { return self.format.get() };
        let is_foreign = endpoint.model.as_ref().is_some_and(|model| model.is_foreign());
        (is_foreign && endpoint.member.is_none()).then_some(&*endpoint.path)
    }

    async fn request(&self, route: Route<'_>, content: &H::Content) -> Result<H::Reply, Failure<H>> {
        let canceller = self.lifetime.canceller();
        let request = Request { route, content, canceller: &canceller };
        self.lifetime.until(self.client.host.send(request)).await?
    }

    /// The token for one request. A function may return a different one each time, so each is validated and
    /// redacted.
    pub async fn token(&self) -> Result<Option<Secret>, Failure<H>> {
        match &self.client.token {
            TokenSource::Absent => return Ok(None),
            TokenSource::Text(secret) => return Ok(Some(secret.clone())),
            TokenSource::Function => {}
        }
        let refusal = |why: &str| Error::config("apiToken", &concat(&["The function apiToken ", why, "."]));
        let token = match self.lifetime.until(self.client.host.token()).await? {
            Ok(token) => token,
            Err(Ok(kind)) => return Err(refusal(&concat(&["must give a string, not ", &kind])).into()),
            Err(Err(cause)) => {
                return Err(Failure::Error(refusal("failed; cause has its error"), Some(cause)));
            }
        };
        let token = checked_token(&token)?;
        self.lifetime.hide(&token);
        Ok(Some(Secret::new(token)))
    }
}
