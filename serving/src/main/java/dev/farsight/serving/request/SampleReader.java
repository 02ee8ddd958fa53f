package dev.farsight.serving.request;

/**
 * Makes samples of the inputs of requests: checks every value, so that what is scored is a batch
 * that the engine takes. One thread at a time; allocates nothing once its arrays have grown.
 */
public final class SampleReader {

  private final ModelInputs inputs;
  private final EncodedReader encoded;
  private final RawReaders raw;
  private final int mostSamples;

  /**
   * @param raw read raw fields; not used if the model has none
   * @param mostSamples more samples in one request are refused
   */
  public SampleReader(ModelInputs inputs, RawReaders raw, int mostSamples) {
    this.inputs = inputs;
    this.encoded = new EncodedReader(inputs);
    this.raw = raw;
    this.mostSamples = mostSamples;
  }

  /**
   * Reads the samples of a request.
   *
   * @throws Refusal if an input is missing, unknown or wrong; the message names it
   */
  public void read(InferRequest request, Samples samples) {
    if (request.inputs() == 0) {
      throw Refusal.invalid("the request has no inputs");
    }
    boolean isRaw = false;
    for (int i = 0; i < request.inputs(); i++) {
      Tensor tensor = request.input(i);
      requireOnce(request, i);
      tensor.requireComplete();
      isRaw |= inputs.isField(tensor);
    }
    if (isRaw) {
      raw.read(request, samples, mostSamples);
    } else {
      encoded.read(request, samples, mostSamples);
    }
  }

  private static void requireOnce(InferRequest request, int position) {
    Tensor tensor = request.input(position);
    if (tensor.name() == null || tensor.name().isEmpty()) {
      throw Refusal.invalid("input " + (position + 1) + " of the request has no name");
    }
    if (tensor.type() == null) {
      throw tensor.wrong("it has no datatype");
    }
    for (int i = 0; i < position; i++) {
      if (request.input(i).name().equals(tensor.name())) {
        throw tensor.wrong("it is there twice");
      }
    }
  }

  static void requireCount(long samples, int most) {
    if (samples == 0) {
      throw Refusal.invalid("the request has no samples");
    }
    if (samples > most) {
      throw new Refusal(
          Reason.TOO_LARGE,
          "the request has "
              + samples
              + " samples, and the server takes at most "
              + most
              + " at once; send several requests");
    }
  }
}
