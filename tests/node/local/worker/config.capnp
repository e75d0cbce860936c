# A Worker whose env.AI is workerd's own binding code; its upstream is the local service, named at start-up.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "probe", worker = .probe),
    (name = "upstream", external = (address = "127.0.0.1:1", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "probe")],
);

const probe :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [(name = "probe.js", esModule = embed "probe.js")],
  bindings = [(
    name = "AI",
    wrapped = (
      moduleName = "cloudflare-internal:ai-api",
      innerBindings = [(name = "fetcher", service = "upstream")],
    ),
  )],
);
