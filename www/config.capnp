# The demo: a Worker whose env.AI is workerd's own implementation of the binding, on top of the local service.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "demo", worker = .demo),
    # The local service; its address is given at start-up.
    (name = "upstream", external = (address = "127.0.0.1:1", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "demo")],
);

const demo :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  compatibilityFlags = ["enable_request_signal"],
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "assets.js", esModule = embed "assets.js"),
    (name = "proxy.js", esModule = embed "proxy.js"),
    (name = "models.js", esModule = embed "models.js"),
    # The package, as its workerd condition has it.
    (name = "workers-ai-wasm", esModule = embed "../pkg/dist/workerd.js"),
    (name = "core.js", esModule = embed "../pkg/dist/core.js"),
    (name = "tasks.js", esModule = embed "../pkg/dist/tasks.js"),
    (name = "tasks-workerd.js", esModule = embed "../pkg/dist/tasks-workerd.js"),
    (name = "vectors.js", esModule = embed "../pkg/dist/vectors.js"),
    (name = "vectors-workerd.js", esModule = embed "../pkg/dist/vectors-workerd.js"),
    (name = "workers_ai_wasm_bg.wasm", wasm = embed "../pkg/dist/workers_ai_wasm_bg.wasm"),
    (name = "workers_ai_tasks_bg.wasm", wasm = embed "../pkg/dist/workers_ai_tasks_bg.wasm"),
    (name = "workers_ai_vectors_bg.wasm", wasm = embed "../pkg/dist/workers_ai_vectors_bg.wasm"),
    # What the browser gets.
    (name = "page/index.html", text = embed "index.html"),
    (name = "page/chat.js", text = embed "chat.js"),
    (name = "page/models.js", text = embed "models.js"),
    (name = "page/style.css", text = embed "style.css"),
    (name = "page/index.js", text = embed "../pkg/dist/index.js"),
    (name = "page/core.js", text = embed "../pkg/dist/core.js"),
    (name = "page/inflate.js", text = embed "../pkg/dist/inflate.js"),
    (name = "page/tasks.js", text = embed "../pkg/dist/tasks.js"),
    (name = "page/tasks-inlined.js", text = embed "../pkg/dist/tasks-inlined.js"),
    (name = "page/vectors.js", text = embed "../pkg/dist/vectors.js"),
    (name = "page/vectors-inlined.js", text = embed "../pkg/dist/vectors-inlined.js"),
  ],
  bindings = [
    (name = "ANSWERED_BY", fromEnvironment = "ANSWERED_BY"),
    (
      name = "AI",
      wrapped = (
        moduleName = "cloudflare-internal:ai-api",
        innerBindings = [(name = "fetcher", service = "upstream")],
      ),
    ),
  ],
);
