/** The input of {@link WorkersAI.describeImage}: an image, alone or with the model's parameters. */
export type DescribeImageInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, DescribeImageParameters> & {
      /** The image, in any form. */
      image: MediaInput;
      /** The instruction or question. Default: the model's own. */
      prompt?: string | undefined;
      /** Moondream's name for `prompt`. */
      question?: string | undefined;
      /** Answer the question, describe the image, or find `target`: points or boxes. Moondream only. Default: `"query"`. */
      task?: "query" | "caption" | "point" | "detect" | undefined;
      /** What to find. Moondream only. Default: `"person"`. */
      target?: string | undefined;
      /** Maximum number of places. Moondream only. 1 to 500. Default: 150. */
      max_objects?: number | undefined;
      /** Streaming is not supported. */
      stream?: false | undefined;
    });

/** A text about an image. */
export interface DescribeImageResult {
  /** The text; `""` if places were requested. */
  text: string;
  /** Positions, as fractions of the image's width and height. */
  points?: { x: number; y: number }[];
  /** Bounding boxes, as fractions of the image's width and height. */
  objects?: { xmin: number; ymin: number; xmax: number; ymax: number }[];
  /** The usage, if the service reports it. */
  usage?: Usage;
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Describes an image, or answers a question about it.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { text } = await ai.describeImage("@cf/llava-hf/llava-1.5-7b-hf", { image: file, prompt: "Who is in it?" });
   * ```
   */
  describeImage<const Model extends OfferedModels["describeImage"] | (string & {})>(
    model: Model & ServedBy<"describeImage", Model>,
    input: DescribeImageInput<Model>,
    options?: CallOptions,
  ): Promise<DescribeImageResult>;
}
