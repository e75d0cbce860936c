/** The id of a model that this version of the package knows. */
export type KnownModelId = keyof ModelMap;

/**
 * The id of a model, such as `@cf/meta/llama-3.3-70b-instruct-fp8-fast`. Editors offer the known ones; any
 * other id is accepted as well, since new models are released every week.
 */
export type ModelId = OfferedModels["run"] | (string & {});

/** The methods for the models of one task. */
export type TaskMethod = Exclude<keyof OfferedModels, "run">;

/** The known models of a method, including deprecated ones. */
export type ModelIdFor<Method extends TaskMethod> = TaskModels[Method];

/** The types of a model: an entry of {@link ModelMap}. */
export interface ModelTypes<Input, Output, Chunk = never, Batch = never, Realtime = never> {
  /** The input of `run`. */
  input: Input;
  /** The result of `run`. */
  output: Output;
  /** The chunks of a stream of `run`. */
  chunk: Chunk;
  /** The input of the batch queue. */
  batch: Batch;
  /** The parameters of a WebSocket. */
  realtime: Realtime;
}

/** The input of `run` for a model. */
export type ModelInput<Model extends string> = Model extends KnownModelId
  ? ModelMap[Model]["input"]
  : RunInput;

/** The result of `run` for a model and, where it depends on it, an input. */
export type ModelOutput<Model extends string, Input = unknown> = Model extends KnownModelId
  ? OutputFor<ModelMap[Model]["output"], Input>
  : any;

/** The items of a stream of `run`, for a model. */
export type ModelChunk<Model extends string> = Model extends KnownModelId ? ModelMap[Model]["chunk"] : any;

/** An output that depends on the input: the first case whose condition the input fulfils. */
interface ByInput<Cases extends [when: unknown, output: unknown][]> {
  cases: Cases;
}

type OutputFor<Output, Input> = Output extends ByInput<infer Cases> ? FirstCase<Cases, Input> : Output;

type FirstCase<Cases, Input> = Cases extends [[infer When, infer Output], ...infer Rest]
  ? unknown extends Input
    ? Output | FirstCase<Rest, Input>
    : Input extends When
      ? Output
      : FirstCase<Rest, Input>
  : never;

/** `Model` itself if the method supports it, or if it is unknown. */
export type ServedBy<Method extends TaskMethod, Model extends string> = Model extends KnownModelId
  ? Model extends TaskModels[Method]
    ? unknown
    : { readonly "is no model for": Method }
  : unknown;

/**
 * The parameters of a known model; for another one, those of any model of the method, and arbitrary others.
 */
export type ParametersOf<Model extends string, Open> = Model extends KnownModelId
  ? ModelOptions[Model]
  : Open & { extra?: ExtraParameters | undefined; [parameter: string]: unknown };

/** `never` for a known model without such an input. */
export type TakesInput<Model extends string, Name extends string> = Model extends KnownModelId
  ? Name extends KeyOfAny<ModelMap[Model]["input"]>
    ? unknown
    : never
  : unknown;
