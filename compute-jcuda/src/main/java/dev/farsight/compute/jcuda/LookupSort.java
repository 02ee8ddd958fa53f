package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.util.List;
import java.util.Map;

/**
 * The order of sort.cu, for any batch: a stable radix sort of lookups by unique row, in as many
 * passes of 8 bits as the batch's number of unique rows needs. It costs O(lookups) a pass.
 *
 * <p>Device memory: {@link #bytes}.
 */
final class LookupSort implements LookupOrdering {

  // As in sort.cu and partition.cu.
  private static final int THREADS = 256;
  private static final int PART = 4096;
  private static final int DIGIT_BITS = 8;
  private static final int DIGITS = 1 << DIGIT_BITS;
  private static final int SCANNING_THREADS = 1024;

  /** Samples of a block that finds the bags of lookups: 32 a warp. */
  private static final int SAMPLES_A_BLOCK = THREADS;

  private final Kernels kernels;
  private final int features;

  /** Addresses of pairs of unique row and lookup; the second is 0 if one pass always does. */
  private final long pairs;

  private final long otherPairs;

  private final Launch countDigits;
  private final Launch scanDigits;
  private final Launch startDigits;
  private final Launch placePairs;

  /** Null where all features are one-hot: lookups are bags then. */
  private final Launch findBags;

  private final Launch placeLookups;

  static KernelSource source(StepSpec spec) {
    return KernelSource.of(
        "sort",
        List.of("warps.cu", "partition.cu", "kinds.cu", "sort.cu"),
        Map.of(
            "BATCH",
            spec.batchSize(),
            "FEATURES",
            spec.schema().features().size(),
            "KINDS",
            new BagShape(spec).kinds()));
  }

  /** Passes that sort by so many unique rows; one at least, which puts lookups in place. */
  static int passes(int uniqueRows) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, uniqueRows - 1));
    return (bits + DIGIT_BITS - 1) / DIGIT_BITS;
  }

  /** Device memory taken. */
  static long bytes(StepSpec spec) {
    BatchSchema schema = spec.schema();
    long lookups = schema.maxLookups(spec.batchSize());
    long pairArrays = passes(spec.maxUniqueRows()) > 1 ? 2 : 1;
    long bags = schema.oneHot() ? 0 : lookups * Integer.BYTES;
    return pairArrays * lookups * Long.BYTES
        + bags
        + (parts(lookups) * DIGITS + DIGITS + 1) * Integer.BYTES;
  }

  LookupSort(JcudaBackend backend, StepSpec spec, DeviceMemory memory) {
    BatchSchema schema = spec.schema();
    features = schema.features().size();
    kernels = backend.load(source(spec));
    long lookups = schema.maxLookups(spec.batchSize());
    pairs = array(memory, 2 * lookups);
    otherPairs = passes(spec.maxUniqueRows()) > 1 ? array(memory, 2 * lookups) : 0;
    long counts = array(memory, parts(lookups) * DIGITS);
    long starts = array(memory, DIGITS + 1);
    long bagOf = schema.oneHot() ? 0 : array(memory, lookups);
    countDigits = ofBatch("count_digits", 0, 0, counts);
    placePairs = ofBatch("place_pairs", 0, 0, counts, starts, 0);
    scanDigits = scan(counts, 0, starts).grid(DIGITS, 1);
    startDigits = scan(starts, DIGITS, starts + DIGITS * Integer.BYTES);
    findBags = schema.oneHot() ? null : ofBatch("bags_of_lookups", bagOf);
    placeLookups = ofBatch("place_lookups", 0, bagOf);
  }

  private static long array(DeviceMemory memory, long words) {
    return memory.allocate("the order of lookups", words * Integer.BYTES);
  }

  private Launch ofBatch(String name, long... others) {
    return Launch.ofBatch(Stage.ORDER, kernels, name, 0, others).block(THREADS, 1);
  }

  private Launch scan(long... values) {
    return Launch.of(Stage.ORDER, kernels, "scan_rows", values).block(SCANNING_THREADS, 1);
  }

  private static long parts(long lookups) {
    return (lookups + PART - 1) / PART;
  }

  @Override
  public void enqueue(long input, Batch batch, int uniqueRows, Stream stream) {
    int lookups = batch.lookups();
    if (lookups == 0) {
      return;
    }
    int parts = (int) parts(lookups);
    long sorted = 0;
    for (int pass = 0; pass < passes(uniqueRows); pass++) {
      long target = sorted == pairs ? otherPairs : pairs;
      sort(input, pass * DIGIT_BITS, parts, sorted, target, stream);
      sorted = target;
    }
    if (findBags != null) {
      int blocks = (batch.samples() + SAMPLES_A_BLOCK - 1) / SAMPLES_A_BLOCK;
      findBags.grid(blocks, features).enqueue(stream, input);
    }
    placeLookups.set(1, sorted);
    placeLookups.grid((int) ((lookups + THREADS - 1L) / THREADS), 1).enqueue(stream, input);
  }

  private void sort(long input, int shift, int parts, long from, long to, Stream stream) {
    countDigits.set(1, from);
    countDigits.set(2, shift);
    countDigits.grid(parts, 1).enqueue(stream, input);
    scanDigits.set(1, parts);
    scanDigits.enqueue(stream);
    startDigits.enqueue(stream);
    placePairs.set(1, from);
    placePairs.set(2, shift);
    placePairs.set(5, to);
    placePairs.grid(parts, 1).enqueue(stream, input);
  }

  @Override
  public List<Kernels> modules() {
    return List.of(kernels);
  }
}
