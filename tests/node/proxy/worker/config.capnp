using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "proxy", worker = .proxy),
    # Its address is given at start-up.
    (name = "upstream", external = (address = "127.0.0.1:1", http = ())),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "proxy")],
);

const proxy :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  compatibilityFlags = ["enable_request_signal"],
  modules = [
    (name = "worker.js", esModule = embed "../../../../build/proxy-worker/worker.js"),
    (name = "./workers_ai_wasm_bg.wasm", wasm = embed "../../../../build/proxy-worker/workers_ai_wasm_bg.wasm"),
    (name = "./workers_ai_tasks_bg.wasm", wasm = embed "../../../../build/proxy-worker/workers_ai_tasks_bg.wasm"),
    (name = "./workers_ai_objects_bg.wasm", wasm = embed "../../../../build/proxy-worker/workers_ai_objects_bg.wasm"),
    (name = "./workers_ai_openai_bg.wasm", wasm = embed "../../../../build/proxy-worker/workers_ai_openai_bg.wasm"),
    (name = "./workers_ai_vectors_bg.wasm", wasm = embed "../../../../build/proxy-worker/workers_ai_vectors_bg.wasm"),
  ],
  globalOutbound = "loopback",
  bindings = [
    (name = "BASE_URL", fromEnvironment = "BASE_URL"),
    (name = "TOKEN", fromEnvironment = "TOKEN"),
    (
      name = "AI",
      wrapped = (
        moduleName = "cloudflare-internal:ai-api",
        innerBindings = [(name = "fetcher", service = "upstream")],
      ),
    ),
  ],
);
