package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import jcuda.driver.JCudaDriver;

/**
 * Where the bags of a batch lie, on the device, and room for what the order of lookups finds out
 * about each. Belongs to a {@link DeviceInput} whose rows are {@linkplain BagShape#pooled pooled}.
 * Device memory: 4 bytes a sample and feature; 4 bytes a lookup for its weight, its factor and its
 * place in the bag, each only if some feature needs it. Pinned memory: 4 bytes a sample and
 * feature.
 */
final class DeviceBags {

  /** Features from..to-1, all of them bags, whose offsets are copied at once. */
  private record Run(int from, int to) {}

  private final BatchSchema schema;
  private final int features;

  /** From the offsets of a feature to those of the next. */
  private final int stride;

  /** Where offsets begin, after the lookup starts. */
  private final int offsetsAt;

  private final List<Run> runs = new ArrayList<>();
  private final IntBuffer staged;
  private final Host stagedAt;
  private final long starts;

  /** Addresses, 0 for what no feature needs. */
  private final long weights;

  private final long factors;
  private final long places;
  private final IdentityHashMap<Batch, Host[]> hostWeights = new IdentityHashMap<>();

  DeviceBags(BagShape shape, DeviceMemory memory, PinnedMemory pinned) {
    schema = shape.spec().schema();
    features = schema.features().size();
    stride = shape.spec().batchSize() + 1;
    offsetsAt = features + 1;
    for (int f = 0; f < features; f++) {
      if (!schema.features().get(f).oneHot()) {
        extend(f);
      }
    }
    long words = offsetsAt + (runs.isEmpty() ? 0 : (long) features * stride);
    staged = pinned.ints(words);
    stagedAt = Host.of(staged);
    starts = memory.allocate("offsets of bags", words * Integer.BYTES);
    long bytes = schema.maxLookups(shape.spec().batchSize()) * Integer.BYTES;
    weights = shape.weights() ? memory.allocate("weights of lookups", bytes) : 0;
    factors = shape.factors() ? memory.allocate("factors of lookups", bytes) : 0;
    places = shape.maxes() ? memory.allocate("places of lookups", bytes) : 0;
  }

  private void extend(int f) {
    int last = runs.size() - 1;
    if (last >= 0 && runs.get(last).to() == f) {
      runs.set(last, new Run(runs.get(last).from(), f + 1));
    } else {
      runs.add(new Run(f, f + 1));
    }
  }

  /** Writes the addresses to the header of the batch. */
  void describe(ByteBuffer header) {
    header.putLong(DeviceInput.LOOKUP_STARTS, starts);
    header.putLong(DeviceInput.OFFSETS, starts + (long) offsetsAt * Integer.BYTES);
    header.putLong(DeviceInput.LOOKUP_WEIGHTS, weights);
    header.putLong(DeviceInput.ROW_FACTORS, factors);
    header.putLong(DeviceInput.ROW_PLACES, places);
  }

  /** Copies what the batch says of its bags to the device. */
  void upload(Batch batch, Stream stream) {
    int samples = batch.samples();
    for (int f = 0; f <= features; f++) {
      staged.put(f, batch.lookupStart(f));
    }
    copy(starts, stagedAt, 0, offsetsAt, stream);
    for (Run run : runs) {
      for (int f = run.from(); f < run.to(); f++) {
        staged.put(offsetsAt + f * stride, batch.offsets(f), 0, samples + 1);
      }
      long at = offsetsAt + (long) run.from() * stride;
      long words = (run.to() - run.from() - 1L) * stride + samples + 1;
      copy(starts, stagedAt, at, words, stream);
    }
    if (weights != 0) {
      uploadWeights(batch, stream);
    }
  }

  private void uploadWeights(Batch batch, Stream stream) {
    Host[] own = hostWeights.computeIfAbsent(batch, DeviceBags::weightsOf);
    for (int f = 0; f < features; f++) {
      if (own[f] != null) {
        long to = weights + (long) batch.lookupStart(f) * Float.BYTES;
        copy(to, own[f], 0, batch.lookups(f), stream);
      }
    }
  }

  private static Host[] weightsOf(Batch batch) {
    var all = new Host[batch.schema().features().size()];
    for (int f = 0; f < all.length; f++) {
      all[f] = batch.lookupWeights(f) == null ? null : Host.of(batch.lookupWeights(f));
    }
    return all;
  }

  /** Copies words [at, at + words) of an array to the same place of another. */
  private static void copy(long to, Host from, long at, long words, Stream stream) {
    if (words > 0) {
      long bytes = at * Integer.BYTES;
      check(
          "the copy of bags to the device",
          JCudaDriver.cuMemcpyHtoDAsync(
              Device.at(to + bytes),
              new Host(from.address() + bytes),
              words * Integer.BYTES,
              stream));
    }
  }
}
