package dev.farsight.serving.request;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.request.ModelInputs.Encoded;
import dev.farsight.serving.request.ModelInputs.Kind;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads samples that come as the model computes with them: dense features, and the rows that
 * features look up. One thread at a time; allocates nothing.
 */
final class EncodedReader {

  private final ModelInputs inputs;
  private final BatchSchema schema;
  private Tensor dense;

  /** By feature. */
  private final Tensor[] indices;

  private final Tensor[] offsets;
  private final Tensor[] weights;

  EncodedReader(ModelInputs inputs) {
    this.inputs = inputs;
    this.schema = inputs.schema();
    int features = schema.features().size();
    indices = new Tensor[features];
    offsets = new Tensor[features];
    weights = new Tensor[features];
  }

  void read(InferRequest request, Samples samples, int mostSamples) {
    sort(request);
    requireAll();
    long count = countSamples();
    SampleReader.requireCount(count, mostSamples);
    samples.begin((int) count);
    readDense(samples);
    for (int f = 0; f < indices.length; f++) {
      if (schema.features().get(f).oneHot()) {
        readOneHot(f, samples);
      } else {
        readBags(f, samples);
      }
    }
  }

  private void sort(InferRequest request) {
    dense = null;
    Arrays.fill(indices, null);
    Arrays.fill(offsets, null);
    Arrays.fill(weights, null);
    for (int i = 0; i < request.inputs(); i++) {
      Tensor tensor = request.input(i);
      Encoded input = inputs.encoded(tensor.name());
      if (input == null) {
        throw inputs.unknown(tensor.name());
      }
      boolean real = input.kind() == Kind.DENSE || input.kind() == Kind.WEIGHTS;
      if (real ? tensor.type() != DataType.FP32 : !tensor.type().isInteger()) {
        throw tensor.wrong(
            "datatype " + tensor.type() + " in place of " + (real ? "FP32" : "INT64"));
      }
      switch (input.kind()) {
        case DENSE -> dense = tensor;
        case INDICES -> indices[input.feature()] = tensor;
        case OFFSETS -> offsets[input.feature()] = tensor;
        case WEIGHTS -> weights[input.feature()] = tensor;
      }
    }
  }

  private void requireAll() {
    if (dense == null && schema.denseWidth() > 0) {
      throw missing(ModelInputs.DENSE);
    }
    for (int f = 0; f < indices.length; f++) {
      Feature feature = schema.features().get(f);
      if (indices[f] == null) {
        throw missing(feature.name());
      }
      if (offsets[f] == null && !feature.oneHot()) {
        throw missing(feature.name() + ModelInputs.OFFSETS);
      }
      if (weights[f] == null && feature.weighted()) {
        throw missing(feature.name() + ModelInputs.WEIGHTS);
      }
    }
  }

  private static Refusal missing(String name) {
    return Refusal.invalid("input " + Quoted.of(name) + " is missing");
  }

  /** As dense features or the first one-hot feature say; otherwise offsets have one entry more. */
  private long countSamples() {
    if (dense != null) {
      return dense.size(0);
    }
    for (int f = 0; f < indices.length; f++) {
      if (schema.features().get(f).oneHot()) {
        return indices[f].size(0);
      }
    }
    return Math.max(0, offsets[0].size(0) - 1);
  }

  private void readDense(Samples samples) {
    if (dense == null) {
      return;
    }
    int width = schema.denseWidth();
    if (dense.rank() != 2 || dense.size(1) != width) {
      throw dense.wrong(
          String.format(
              Locale.ROOT,
              "shape %s in place of [%d, %d]",
              dense.shapeText(),
              samples.count(),
              width));
    }
    float[] values = dense.floats();
    for (int i = 0; i < dense.count(); i++) {
      if (!Float.isFinite(values[i])) {
        throw dense.wrong(
            String.format(
                Locale.ROOT,
                "sample %d, value %d is %s; finite numbers are needed",
                i / width,
                i % width,
                values[i]));
      }
    }
    System.arraycopy(values, 0, samples.dense(), 0, dense.count());
  }

  private void readOneHot(int f, Samples samples) {
    Tensor tensor = indices[f];
    requireVector(tensor);
    if (tensor.count() != samples.count()) {
      throw tensor.wrong(
          String.format(
              Locale.ROOT,
              "%d values for %d samples; it has one value a sample",
              tensor.count(),
              samples.count()));
    }
    readIndices(f, samples.indices(f));
  }

  private void readIndices(int f, int[] target) {
    Tensor tensor = indices[f];
    var table = schema.tables().get(schema.features().get(f).table());
    long rows = table.rows();
    long[] values = tensor.longs();
    for (int i = 0; i < tensor.count(); i++) {
      if (values[i] < 0 || values[i] >= rows) {
        throw tensor.wrong(
            String.format(
                Locale.ROOT,
                "value %d is row %d of table %s, which has rows 0 to %d",
                i,
                values[i],
                Quoted.of(table.name()),
                rows - 1));
      }
      target[i] = (int) values[i];
    }
  }

  private void readBags(int f, Samples samples) {
    Tensor tensor = indices[f];
    requireVector(tensor);
    Offsets.read(offsets[f], samples.count(), tensor.count(), samples.offsets(f));
    requireBagSizes(f, samples);
    samples.roomForLookups(f, tensor.count());
    readIndices(f, samples.indices(f));
    if (weights[f] != null) {
      readWeights(f, samples.weights(f));
    }
  }

  private void requireBagSizes(int f, Samples samples) {
    Feature feature = schema.features().get(f);
    long most = schema.maxLookups(f, 1);
    for (int s = 0; s < samples.count(); s++) {
      int lookups = samples.lookups(f, s, s + 1);
      if (lookups < feature.minLookups() || lookups > most) {
        throw indices[f].wrong(
            String.format(
                Locale.ROOT,
                "sample %d has %d values; %d to %d are possible",
                s,
                lookups,
                feature.minLookups(),
                most));
      }
    }
  }

  private void readWeights(int f, float[] target) {
    Tensor tensor = weights[f];
    requireVector(tensor);
    if (tensor.count() != indices[f].count()) {
      throw tensor.wrong(
          tensor.count() + " weights for " + indices[f].count() + " values of the feature");
    }
    for (int i = 0; i < tensor.count(); i++) {
      float weight = tensor.floats()[i];
      if (!Float.isFinite(weight)) {
        throw tensor.wrong("value " + i + " is " + weight + "; finite numbers are needed");
      }
      target[i] = weight;
    }
  }

  private static void requireVector(Tensor tensor) {
    if (tensor.rank() > 1 && tensor.size(0) != tensor.count()) {
      throw tensor.wrong("shape " + tensor.shapeText() + " in place of one dimension");
    }
  }
}
