package dev.farsight.serving.request;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.SampleEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads samples that come as the data has them: as texts or numbers by the names of its fields. A
 * field that is left out is missing in all samples; null, an empty text and NaN are missing in one.
 * One thread at a time.
 */
public final class RawReader {

  /** Beyond it, a float32 is no exact whole number. */
  private static final float LARGEST_WHOLE = 1 << 24;

  private final ModelInputs inputs;
  private final SampleEncoder encoder;
  private final Batch batch;

  /** Samples that a batch has room for, however long their bags are. */
  private final int chunk;

  private final List<Tensor> values = new ArrayList<>();

  /** Offsets of each of the values that is a list; null if it is none. */
  private final List<Tensor> offsets = new ArrayList<>();

  /** Where each sample's values of a list begin, by list; null for others. */
  private final List<int[]> starts = new ArrayList<>();

  /**
   * @param batch is encoded to, in pieces
   */
  public RawReader(ModelInputs inputs, SampleEncoder encoder, Batch batch) {
    this.inputs = inputs;
    this.encoder = encoder;
    this.batch = batch;
    this.chunk = chunk(batch.schema(), batch.capacity());
  }

  private static int chunk(BatchSchema schema, int capacity) {
    long samples = capacity;
    for (int f = 0; f < schema.features().size(); f++) {
      long room = schema.maxLookups(f, capacity);
      samples = Math.min(samples, room / schema.features().get(f).maxLookups());
    }
    return (int) Math.max(1, samples);
  }

  void read(InferRequest request, Samples samples, int mostSamples) {
    sort(request);
    Tensor first = offsets.get(0) == null ? values.get(0) : offsets.get(0);
    // The offsets of a list may have one entry more than samples. A field that is no list tells.
    long count = first.size(0);
    for (int v = 0; v < values.size() && offsets.get(0) != null; v++) {
      if (offsets.get(v) == null) {
        count = values.get(v).size(0);
        break;
      }
    }
    SampleReader.requireCount(count, mostSamples);
    samples.begin((int) count);
    for (int v = 0; v < values.size(); v++) {
      requireOneEach(v, (int) count);
    }
    encode((int) count, samples);
  }

  private void sort(InferRequest request) {
    values.clear();
    offsets.clear();
    starts.clear();
    for (int i = 0; i < request.inputs(); i++) {
      Tensor tensor = request.input(i);
      if (inputs.isField(tensor)) {
        values.add(tensor);
        offsets.add(null);
        starts.add(null);
      } else if (inputs.fieldOfOffsets(tensor.name()) == null) {
        throw inputs.encoded(tensor.name()) == null
            ? inputs.unknown(tensor.name())
            : tensor.wrong("it is encoded, and other inputs are raw fields; give all of one kind");
      }
    }
    for (int i = 0; i < request.inputs(); i++) {
      Tensor tensor = request.input(i);
      if (!inputs.isField(tensor)) {
        offsets.set(positionOf(tensor), tensor);
      }
    }
  }

  private int positionOf(Tensor offsetsOfField) {
    if (!offsetsOfField.type().isInteger()) {
      throw offsetsOfField.wrong("datatype " + offsetsOfField.type() + " in place of INT64");
    }
    String field = inputs.fieldOfOffsets(offsetsOfField.name());
    for (int v = 0; v < values.size(); v++) {
      if (values.get(v).name().equals(field)) {
        return v;
      }
    }
    throw offsetsOfField.wrong("there are no values that belong to it");
  }

  private void requireOneEach(int v, int count) {
    Tensor tensor = values.get(v);
    if (offsets.get(v) != null) {
      var own = new int[count + 1];
      Offsets.read(offsets.get(v), count, tensor.count(), own);
      starts.set(v, own);
    } else if (tensor.count() != count) {
      throw tensor.wrong(
          String.format(
              Locale.ROOT,
              "%d values for %d samples; a list needs the input %s%s",
              tensor.count(),
              count,
              tensor.name(),
              ModelInputs.OFFSETS));
    }
  }

  private void encode(int count, Samples samples) {
    for (int from = 0; from < count; from += chunk) {
      int to = Math.min(count, from + chunk);
      encoder.begin(batch);
      for (int s = from; s < to; s++) {
        try {
          encode(s);
        } catch (FarsightException e) {
          throw Refusal.invalid("sample " + s + ": " + e.getMessage());
        }
      }
      encoder.end();
      samples.copyFrom(batch, from);
    }
  }

  private void encode(int s) {
    for (int v = 0; v < values.size(); v++) {
      Tensor tensor = values.get(v);
      int[] own = starts.get(v);
      if (own == null) {
        String text = text(tensor, s);
        if (text != null) {
          encoder.set(tensor.name(), text);
        }
      } else {
        for (int i = own[s]; i < own[s + 1]; i++) {
          String text = text(tensor, i);
          if (text != null) {
            encoder.add(tensor.name(), text);
          }
        }
      }
    }
    encoder.endSample();
  }

  /** A value as the data would have it; null if it is missing. */
  private static String text(Tensor tensor, int i) {
    return switch (tensor.type()) {
      case BYTES -> tensor.texts()[i];
      case INT32, INT64 -> Long.toString(tensor.longs()[i]);
      case FP32 -> number(tensor.floats()[i]);
    };
  }

  private static String number(float value) {
    if (Float.isNaN(value)) {
      return null;
    }
    return value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE
        ? Long.toString((long) value)
        : Float.toString(value);
  }
}
