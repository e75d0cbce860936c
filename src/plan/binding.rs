//! The options object for the binding: what its documentation lists, and none of our own.

use crate::error::Error;
use crate::headers::{self, Headers};
use crate::options::{Call, Setting, SettingValue};
use crate::wire::write::Writer;

/// The binding's options, apart from the signal and the constant `returnRawResponse`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BindingOptions<'a> {
    /// The gateway's name.
    pub gateway_id: Option<&'a str>,
    /// The gateway's settings that the binding takes.
    pub gateway: Vec<(&'static Setting, &'a SettingValue)>,
    /// `extraHeaders`
    pub headers: Headers,
    /// `tags`
    pub tags: &'a [String],
    /// `rejectIfBusy`
    pub reject_if_busy: bool,
    /// `queueRequest`
    pub queue_request: bool,
    /// `websocket`
    pub websocket: bool,
    /// `prefix`
    pub prefix: Option<&'a str>,
}

/// Plans a call to the binding.
pub fn plan(call: &Call) -> Result<BindingOptions<'_>, Error> {
    let mut extra = Headers::default();
    if let Some(affinity) = &call.session_affinity {
        extra.set(headers::SESSION_AFFINITY, affinity, "sessionAffinity")?;
    }
    let mut options = BindingOptions {
        tags: &call.tags,
        reject_if_busy: call.reject_if_busy,
        queue_request: call.queue_request,
        websocket: call.websocket,
        prefix: call.prefix.as_deref(),
        ..BindingOptions::default()
    };
    if let Some(gateway) = &call.gateway {
        options.gateway_id = gateway.id.as_deref();
        for (setting, value) in &gateway.settings {
            if setting.binding {
                options.gateway.push((setting, value));
            } else {
                extra.set(setting.header, &value.header(), &["gateway.", setting.option].concat())?;
            }
        }
    }
    extra.merge(&call.headers);
    options.headers = extra;
    Ok(options)
}

impl BindingOptions<'_> {
    /// Writes them as the binding takes them.
    pub fn write(&self, out: &mut Writer) {
        if let Some(id) = self.gateway_id {
            out.member("gateway", |out| {
                out.text("id", id);
                for (setting, value) in self.gateway.iter().filter(|(setting, _)| setting.group.is_none()) {
                    write_setting(setting, value, out);
                }
                let mut retries =
                    self.gateway.iter().filter(|(setting, _)| setting.group.is_some()).peekable();
                if retries.peek().is_some() {
                    out.member("retries", |out| {
                        retries.for_each(|(setting, value)| write_setting(setting, value, out))
                    });
                }
            });
        }
        if self.headers.iter().next().is_some() {
            out.member("extraHeaders", |out| {
                self.headers.iter().for_each(|(name, value)| out.text(name, value))
            });
        }
        if !self.tags.is_empty() {
            out.list("tags", |out| self.tags.iter().for_each(|tag| out.text_item(tag)));
        }
        out.flag("rejectIfBusy", self.reject_if_busy);
        out.flag("queueRequest", self.queue_request);
        out.flag("websocket", self.websocket);
        out.some_text("prefix", self.prefix);
    }
}

fn write_setting(setting: &Setting, value: &SettingValue, out: &mut Writer) {
    match value {
        SettingValue::Text(text) => out.text(setting.option, text),
        SettingValue::Number(_, json) | SettingValue::Json(json) => out.raw(setting.option, json),
        SettingValue::Flag(flag) => out.raw(setting.option, if *flag { "true" } else { "false" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Gateway, SETTINGS};
    use crate::secret::Secret;

    #[test]
    fn affinity_and_headers_become_extra_headers() {
        let mut call = Call { session_affinity: Some("s".into()), ..Call::default() };
        assert!(call.headers.set("X-Own", "1", "headers").is_ok());
        let headers = plan(&call).map(|options| {
            options.headers.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
        });
        assert_eq!(headers, Ok(vec!["x-session-affinity=s".to_owned(), "x-own=1".to_owned()]));
    }

    #[test]
    fn gateway_settings_go_where_the_binding_reads_them() {
        let payload = SETTINGS.iter().find(|setting| !setting.binding);
        let mut settings = vec![(&SETTINGS[0], SettingValue::Text("k".into()))];
        settings.extend(payload.map(|setting| (setting, SettingValue::Flag(false))));
        let gateway = Gateway { id: Some("main".into()), token: Some(Secret::new("gate")), settings };
        let call = Call { gateway: Some(gateway), ..Call::default() };
        let options = plan(&call).unwrap_or_default();
        assert_eq!(options.gateway_id, Some("main"));
        assert_eq!(options.gateway, [(&SETTINGS[0], &SettingValue::Text("k".into()))]);
        assert_eq!(options.headers.iter().collect::<Vec<_>>(), [("cf-aig-collect-log-payload", "false")]);
    }

    #[test]
    fn nothing_is_set_unasked() {
        assert_eq!(plan(&Call::default()), Ok(BindingOptions::default()));
    }
}
