//! The options object for the binding, with its documented options only.

use crate::error::Error;
use crate::headers::{self, Headers};
use crate::options::{Call, Gateway, SettingValue};
use crate::wire::write::Writer;

/// The binding's options, apart from the signal and the constant `returnRawResponse`.
#[derive(Debug)]
pub struct BindingOptions<'a> {
    call: &'a Call,
    /// `openaiEndpoint`
    format: Option<&'a str>,
    /// `extraHeaders`
    headers: Headers,
}

/// Plans a call of the binding. `format` is the path of the endpoint whose API format a model of another
/// author uses.
pub fn plan<'a>(call: &'a Call, format: Option<&'a str>) -> Result<BindingOptions<'a>, Error> {
    let mut headers = Headers::default();
    headers.set_some(headers::SESSION_AFFINITY, call.session_affinity.as_deref(), "sessionAffinity")?;
    if let Some(gateway) = &call.gateway {
        for (setting, value) in &gateway.settings {
            if !setting.binding {
                setting.send(value, &mut headers)?;
            }
        }
    }
    headers.merge(&call.headers);
    Ok(BindingOptions { call, format, headers })
}

impl BindingOptions<'_> {
    /// True if there are no options.
    pub fn is_empty(&self) -> bool {
        let call = self.call;
        call.gateway.is_none()
            && self.format.is_none()
            && call.tags.is_empty()
            && call.prefix.is_none()
            && !(call.reject_if_busy || call.queue_request || call.websocket)
            && self.headers.iter().next().is_none()
    }

    /// Writes them in the binding's form.
    pub fn write(&self, out: &mut Writer) {
        let call = self.call;
        if let Some(gateway) = &call.gateway
            && let Some(id) = &gateway.id
        {
            out.member("gateway", |out| {
                out.text("id", id);
                write_settings(gateway, false, out);
                if gateway.settings.iter().any(|(setting, _)| setting.group.is_some()) {
                    out.member("retries", |out| write_settings(gateway, true, out));
                }
            });
        }
        if self.headers.iter().next().is_some() {
            out.member("extraHeaders", |out| {
                self.headers.iter().for_each(|(name, value)| out.text(name, value))
            });
        }
        if !call.tags.is_empty() {
            out.list("tags", |out| call.tags.iter().for_each(|tag| out.text_item(tag)));
        }
        out.flag("rejectIfBusy", call.reject_if_busy);
        out.flag("queueRequest", call.queue_request);
        out.flag("websocket", call.websocket);
        out.some_text("prefix", call.prefix.as_deref());
        out.some_text("openaiEndpoint", self.format);
    }
}

/// Writes the settings that the binding accepts, those in a group or the others.
#[inline(never)]
fn write_settings(gateway: &Gateway, in_group: bool, out: &mut Writer) {
    for (setting, value) in &gateway.settings {
        if !setting.binding || setting.group.is_some() != in_group {
            continue;
        }
        match value {
            SettingValue::Text(text) => out.text(setting.option, text),
            json => out.raw(setting.option, json.header()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::SETTINGS;
    use crate::secret::Secret;

    fn written(call: &Call) -> String {
        let options = plan(call, None).unwrap();
        Writer::object(|out| options.write(out))
    }

    #[test]
    fn affinity_and_headers_become_extra_headers() {
        let mut call = Call { session_affinity: Some("s".into()), ..Call::default() };
        assert!(call.headers.set("X-Own", "1", "headers").is_ok());
        assert_eq!(written(&call), r#"{"extraHeaders":{"x-session-affinity":"s","x-own":"1"}}"#);
    }

    #[test]
    fn gateway_settings_go_where_the_binding_reads_them() {
        let find = |option| SETTINGS.iter().find(|setting| setting.option == option).unwrap();
        let settings = vec![
            (find("retryDelayMs"), SettingValue::Number(9.0, "9".into())),
            (find("cacheKey"), SettingValue::Text("k".into())),
            (find("collectLogPayload"), SettingValue::Flag(false)),
        ];
        let gateway = Gateway { id: Some("main".into()), token: Some(Secret::new("gate")), settings };
        let call = Call { gateway: Some(gateway), ..Call::default() };
        assert_eq!(
            written(&call),
            r#"{"gateway":{"id":"main","cacheKey":"k","retries":{"retryDelayMs":9}},"extraHeaders":{"cf-aig-collect-log-payload":"false"}}"#
        );
    }

    #[test]
    fn what_the_router_reads_of_headers_alone_becomes_extra_headers() {
        let find = |option| SETTINGS.iter().find(|setting| setting.option == option).unwrap();
        let settings = vec![
            (find("byokAlias"), SettingValue::Text("k".into())),
            (find("zdr"), SettingValue::Flag(true)),
            (find("allowedModels"), SettingValue::Text("a/b,c/d".into())),
        ];
        let gateway = Gateway { id: Some("main".into()), token: None, settings };
        let call = Call { gateway: Some(gateway), ..Call::default() };
        let options = plan(&call, Some("/v1/chat/completions")).unwrap();
        assert_eq!(
            Writer::object(|out| options.write(out)),
            r#"{"gateway":{"id":"main","byokAlias":"k","zdr":true},"extraHeaders":{"cf-aig-allowed-models":"a/b,c/d"},"openaiEndpoint":"/v1/chat/completions"}"#
        );
    }

    #[test]
    fn nothing_is_set_unasked() {
        assert_eq!(written(&Call::default()), "{}");
    }
}
