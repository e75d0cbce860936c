/** The id of a model that this version of the package knows. */
export type KnownModelId = keyof ModelMap;

/**
 * The id of a model, such as `@cf/meta/llama-3.3-70b-instruct-fp8-fast`. Known ones are offered; any other may be used as well:
 * new models come every week.
 */
export type ModelId = OfferedModels["run"] | (string & {});

/** The methods that speak to models of one task. */
export type TaskMethod = Exclude<keyof OfferedModels, "run">;

/** The known models of a method, deprecated ones too. */
export type ModelIdFor<Method extends TaskMethod> = TaskModels[Method];

/** How a model is spoken to: an entry of {@link ModelMap}. */
export interface ModelTypes<Input, Output, Chunk = never, Batch = never, Realtime = never> {
  /** What `run` takes. */
  input: Input;
  /** What `run` gives. */
  output: Output;
  /** What a stream of `run` gives. */
  chunk: Chunk;
  /** What the batch queue takes. */
  batch: Batch;
  /** What a WebSocket is opened with. */
  realtime: Realtime;
}

/** What `run` takes for a model. */
export type ModelInput<Model extends string> = Model extends KnownModelId
  ? ModelMap[Model]["input"]
  : RunInput;

/** What `run` gives for a model and, where it depends on it, an input. */
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

/** `Model` itself if the method speaks to it, or if it is not known. */
export type ServedBy<Method extends TaskMethod, Model extends string> = Model extends KnownModelId
  ? Model extends TaskModels[Method]
    ? unknown
    : { readonly "is no model for": Method }
  : unknown;

/** The parameters of a known model; of another one those that any model of the method has, and whatever else there is. */
export type ParametersOf<Model extends string, Open> = Model extends KnownModelId
  ? ModelOptions[Model]
  : Open & { extra?: ExtraParameters | undefined; [parameter: string]: unknown };

/** `never` for a known model that has no such input. */
export type TakesInput<Model extends string, Name extends string> = Model extends KnownModelId
  ? Name extends KeyOfAny<ModelMap[Model]["input"]>
    ? unknown
    : never
  : unknown;
