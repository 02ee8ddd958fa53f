package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.testkit.compute.RandomBatches;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@link LookupSort} leaves on the device, against lookups put in order by a counting sort,
 * with bags looked up one by one. All but the first test need a GPU.
 */
class LookupSortTest {

  @Test
  void aPassSortsBy256Rows() {
    int[] rows = {0, 1, 2, 255, 256, 257, 65_536, 65_537, 1 << 24, (1 << 24) + 1};
    int[] passes = {1, 1, 1, 1, 1, 2, 2, 3, 3, 4};
    assertThat(Arrays.stream(rows).map(LookupSort::passes)).containsExactly(box(passes));
    assertThat(LookupSort.passes(Integer.MAX_VALUE)).isEqualTo(4);
  }

  private static Integer[] box(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 100, 1",
    "31, 3, 1",
    "33, 100, 6",
    "256, 1, 1",
    "257, 20, 1",
    "1000, 50, 1",
    "1000, 50, 6",
    "1000, 50, 200",
    "4096, 300, 2",
  })
  void bagsAreInTheOrderOfTheirRows(int batchSize, int hotness, int skew) {
    compare(SkewedBatches.bags(hotness), batchSize, skew);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1000, 6", "65536, 1", "65536, 3"})
  void oneHotLookupsAreBags(int batchSize, int skew) {
    compare(RandomBatches.schema(0, 1, 30_000, Integer.MAX_VALUE), batchSize, skew);
  }

  /** Three passes, and more tiles than a block scans at once. */
  @Test
  void aLargeBatchIsSorted() {
    var tables = RandomBatches.schema(0, 100, Integer.MAX_VALUE).tables();
    var schema =
        new BatchSchema(
            0,
            tables,
            List.of(
                Feature.bag("averaged", 1, 100, Pooling.MEAN),
                new Feature("one", 0),
                Feature.bag("largest", 1, 20, Pooling.MAX)),
            EnumSet.noneOf(BatchSchema.Column.class));
    compare(schema, 65_536, 4);
  }

  private static void compare(BatchSchema schema, int batchSize, int skew) {
    long seed = 31L * batchSize + skew;
    var random = new Random(seed);
    StepSpec spec = SkewedBatches.spec(schema, batchSize);
    try (var backend = JcudaBackends.open(Precision.FP32);
        var memory = backend.memory();
        var buffers = backend.buffers()) {
      var sort = new LookupSort(backend, spec, memory);
      var batch = new Batch(schema, batchSize, buffers);
      var input = new Header(spec, memory);
      for (int samples : new int[] {batchSize, 1 + random.nextInt(batchSize), 1}) {
        if (samples == batchSize) {
          SkewedBatches.drawFull(batch, samples, skew, random);
        } else {
          SkewedBatches.draw(batch, samples, skew, random);
        }
        var rows = new RowsOfArrays(batch);
        input.upload(batch, rows);
        sort.enqueue(input.address, batch, rows.count(), backend.batches());
        Gpu.synchronize(backend.batches());
        input.check(batch, rows, "seed " + seed + ", " + samples + " samples");
      }
      sort.modules().forEach(Kernels::close);
    }
  }

  /** A batch on the device, with the fields that the sort reads and writes. */
  private static final class Header {

    private final int batchSize;
    private final BatchSchema schema;
    private final boolean factors;
    private final boolean places;
    private final long address;
    private final long uniqueOf;
    private final long rowLookups;
    private final long offsets;
    private final long lookupStarts;
    private final long lookupWeights;
    private final long rowFactors;
    private final long rowPlaces;

    Header(StepSpec spec, DeviceMemory memory) {
      batchSize = spec.batchSize();
      schema = spec.schema();
      factors = schema.weightedLookups() || schema.pools(Pooling.MEAN);
      places = schema.pools(Pooling.MAX);
      long bytes = 4 * schema.maxLookups(batchSize);
      address = memory.allocate("test", DeviceInput.HEADER_BYTES);
      uniqueOf = memory.allocate("test", bytes);
      rowLookups = memory.allocate("test", bytes);
      offsets = memory.allocate("test", 4L * schema.features().size() * (batchSize + 1));
      lookupStarts = memory.allocate("test", 4L * (schema.features().size() + 1));
      lookupWeights = memory.allocate("test", bytes);
      rowFactors = memory.allocate("test", bytes);
      rowPlaces = memory.allocate("test", bytes);
    }

    void upload(Batch batch, RowsOfArrays rows) {
      int features = schema.features().size();
      var header = ByteBuffer.allocate(DeviceInput.HEADER_BYTES).order(ByteOrder.nativeOrder());
      header.putLong(16, uniqueOf);
      header.putLong(40, rowLookups);
      header.putInt(DeviceInput.SAMPLES, batch.samples());
      header.putInt(DeviceInput.UNIQUE_ROWS, rows.count());
      header.putInt(DeviceInput.LOOKUPS, batch.lookups());
      header.putLong(DeviceInput.ROW_FACTORS, factors ? rowFactors : 0);
      header.putLong(DeviceInput.ROW_PLACES, places ? rowPlaces : 0);
      write(uniqueOf, rows.uniqueOf(), batch.lookups());
      if (!schema.oneHot()) {
        header.putLong(DeviceInput.OFFSETS, offsets);
        header.putLong(DeviceInput.LOOKUP_STARTS, lookupStarts);
        header.putLong(DeviceInput.LOOKUP_WEIGHTS, schema.weightedLookups() ? lookupWeights : 0);
        var starts = new int[features + 1];
        for (int f = 0; f <= features; f++) {
          starts[f] = batch.lookupStart(f);
        }
        write(lookupStarts, starts, features + 1);
        for (int f = 0; f < features; f++) {
          if (batch.offsets(f) != null) {
            write(offsets + 4L * f * (batchSize + 1), batch.offsets(f), batch.samples() + 1);
          }
          if (batch.lookupWeights(f) != null) {
            var weights = new float[batch.lookups(f)];
            batch.lookupWeights(f).get(0, weights);
            copy(lookupWeights + 4L * starts[f], Pointer.to(weights), 4L * weights.length);
          }
        }
      }
      copy(address, Pointer.to(header.array()), DeviceInput.HEADER_BYTES);
      // Copies from the heap may still be on their way when the call returns.
      LookupSortTest.check(JCudaDriver.cuCtxSynchronize());
    }

    private static void write(long to, int[] from, int words) {
      copy(to, Pointer.to(from), 4L * words);
    }

    private static void copy(long to, Pointer from, long bytes) {
      if (bytes > 0) {
        LookupSortTest.check(JCudaDriver.cuMemcpyHtoD(Device.at(to), from, bytes));
      }
    }

    void check(Batch batch, RowsOfArrays rows, String what) {
      int lookups = batch.lookups();
      var bags = new int[lookups];
      var weights = new float[lookups];
      var positions = new int[lookups];
      int[] next = starts(rows);
      for (int f = 0; f < schema.features().size(); f++) {
        Feature feature = schema.features().get(f);
        for (int s = 0; s < batch.samples(); s++) {
          int begin = feature.oneHot() ? s : batch.offsets(f)[s];
          int end = feature.oneHot() ? s + 1 : batch.offsets(f)[s + 1];
          for (int i = begin; i < end; i++) {
            int k = next[rows.uniqueOf()[batch.lookupStart(f) + i]]++;
            float weight = feature.weighted() ? batch.lookupWeights(f).get(i) : 1;
            bags[k] = f * batchSize + s;
            weights[k] = feature.pooling() == Pooling.MEAN ? weight / (end - begin) : weight;
            positions[k] = i - begin;
          }
        }
      }
      assertThat(ints(rowLookups, lookups)).as(what).isEqualTo(bags);
      if (factors) {
        var there = new float[lookups];
        read(rowFactors, Pointer.to(there), lookups);
        assertThat(there).as(what).isEqualTo(weights);
      }
      if (places) {
        assertThat(ints(rowPlaces, lookups)).as(what).isEqualTo(positions);
      }
    }

    private static int[] starts(RowsOfArrays rows) {
      var starts = new int[rows.count()];
      for (int u = 1; u < starts.length; u++) {
        starts[u] = starts[u - 1] + rows.occurrences()[u - 1];
      }
      return starts;
    }

    private static int[] ints(long from, int count) {
      var there = new int[count];
      read(from, Pointer.to(there), count);
      return there;
    }

    private static void read(long from, Pointer into, int words) {
      if (words > 0) {
        LookupSortTest.check(JCudaDriver.cuMemcpyDtoH(into, Device.at(from), 4L * words));
      }
    }
  }

  private static void check(int result) {
    Driver.check("a call of the driver", result);
  }
}
