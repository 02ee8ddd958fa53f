package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.testkit.compute.RandomBatches;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans and table-major copies, against a walk through the batch's features. Needs no GPU. */
class SearchPlanTest {

  /** A lookup as a plan has it: its index, its number, its table. */
  private record Planned(int index, int lookup, int table) {}

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 100, 1", "700, 3, 6", "700, 400, 1", "2048, 1, 1", "2049, 1, 200"})
  void tilesHaveEveryLookupOnceTableByTable(int batchSize, int hotness, int skew) {
    long seed = 131L * batchSize + hotness;
    var random = new Random(seed);
    var schema = SkewedBatches.bags(hotness);
    try (var buffers = HostBuffers.plain();
        var copy = new TableMajorCopy(schema, batchSize)) {
      var plan = new SearchPlan(schema, batchSize, buffers);
      var batch = new Batch(schema, batchSize, buffers);
      IntBuffer indices = buffers.ints(schema.maxLookups(batchSize));
      for (int round = 0; round < 3; round++) {
        int samples = round == 0 ? batchSize : 1 + random.nextInt(batchSize);
        if (round == 0) {
          SkewedBatches.drawFull(batch, samples, skew, random);
        } else {
          SkewedBatches.draw(batch, samples, skew, random);
        }
        plan.make(batch);
        copy.copy(batch, plan, indices);
        assertThat(planned(plan, schema, indices)).as("seed %d", seed).isEqualTo(expected(batch));
        checkTables(plan, batch);
        assertThat((long) plan.tiles()).isLessThanOrEqualTo(SearchPlan.maxTiles(schema, batchSize));
        if (round == 0) {
          assertThat((long) plan.tiles()).isEqualTo(SearchPlan.maxTiles(schema, batchSize));
          assertThat(plan.entries()).isEqualTo(SearchPlan.maxEntries(schema, batchSize));
        }
      }
    }
  }

  /** Slices of a copy end within features and features within slices. */
  @ParameterizedTest
  @CsvSource({"3, 1000000", "65536, 20"})
  void aLongCopyIsThatOfItsSlices(int batchSize, int hotness) {
    var random = new Random(hotness);
    var schema = SkewedBatches.bags(hotness);
    try (var buffers = HostBuffers.plain();
        var copy = new TableMajorCopy(schema, batchSize)) {
      var plan = new SearchPlan(schema, batchSize, buffers);
      var batch = new Batch(schema, batchSize, buffers);
      IntBuffer indices = buffers.ints(schema.maxLookups(batchSize));
      SkewedBatches.draw(batch, batchSize, 1, random);
      plan.make(batch);
      copy.copy(batch, plan, indices);
      var expected = IntBuffer.allocate(batch.lookups());
      for (int t = 0; t < schema.tables().size(); t++) {
        for (int f : schema.featuresOf(t)) {
          expected.put(batch.indices(f), 0, batch.lookups(f));
        }
      }
      var copied = new int[batch.lookups()];
      indices.get(0, copied);
      assertThat(copied).isEqualTo(expected.array());
    }
  }

  private static List<Planned> expected(Batch batch) {
    List<Planned> all = new ArrayList<>();
    for (int t = 0; t < batch.schema().tables().size(); t++) {
      for (int f : batch.schema().featuresOf(t)) {
        for (int i = 0; i < batch.lookups(f); i++) {
          all.add(new Planned(batch.indices(f)[i], batch.lookupStart(f) + i, t));
        }
      }
    }
    return all;
  }

  private static List<Planned> planned(SearchPlan plan, BatchSchema schema, IntBuffer indices) {
    List<Planned> all = new ArrayList<>();
    for (int tile = 0; tile < plan.tiles(); tile++) {
      int at = (int) SearchPlan.tilesAt(schema) + 16 * tile;
      int from = plan.records().getInt(at);
      int count = plan.records().getInt(at + 4);
      int shift = plan.records().getInt(at + 8);
      assertThat(count).isBetween(1, SearchPlan.TILE);
      for (int position = from; position < from + count; position++) {
        int table = plan.records().getInt(at + 12);
        all.add(new Planned(indices.get(position), position + shift, table));
      }
    }
    assertThat(plan.recordBytes()).isEqualTo(SearchPlan.tilesAt(schema) + 16L * plan.tiles());
    return all;
  }

  /** Entries of tables follow one another, enough for each; tables start with a tile of theirs. */
  private static void checkTables(SearchPlan plan, Batch batch) {
    BatchSchema schema = batch.schema();
    int tables = schema.tables().size();
    long entries = 0;
    for (int t = 0; t < tables; t++) {
      long lookups = 0;
      for (int f : schema.featuresOf(t)) {
        lookups += batch.lookups(f);
      }
      int rows = schema.tables().get(t).rows();
      assertThat(plan.records().getInt(16 * t)).isEqualTo((int) entries);
      int own = plan.records().getInt(16 * t + 4);
      boolean direct = plan.records().getInt(16 * t + 8) == 1;
      assertThat(direct).isEqualTo(rows <= 2 * lookups);
      assertThat((long) own).isEqualTo(direct ? rows : 2 * lookups);
      entries += own;
      int tile = plan.records().getInt(16 * t + 12);
      int next = plan.records().getInt(16 * t + 28);
      for (int i = tile; i < next; i++) {
        int at = (int) SearchPlan.tilesAt(schema) + 16 * i;
        assertThat(plan.records().getInt(at + 12)).isEqualTo(t);
      }
      assertThat(next - tile).isGreaterThanOrEqualTo(lookups > 0 ? 1 : 0);
    }
    assertThat(plan.records().getInt(16 * tables + 12)).isEqualTo(plan.tiles());
    assertThat(plan.entries()).isEqualTo(entries);
  }

  @ParameterizedTest
  @CsvSource({"1", "40", "3000"})
  void oneHotBatchesAreCopiedAsTheyAre(int batchSize) {
    var schema = RandomBatches.schema(0, 5, 90_000, 7);
    try (var buffers = HostBuffers.plain();
        var copy = new TableMajorCopy(schema, batchSize)) {
      var plan = new SearchPlan(schema, batchSize, buffers);
      var batch = new Batch(schema, batchSize, buffers);
      IntBuffer indices = buffers.ints(schema.maxLookups(batchSize));
      SkewedBatches.draw(batch, batchSize, 1, new Random(batchSize));
      plan.make(batch);
      copy.copy(batch, plan, indices);
      assertThat(planned(plan, schema, indices)).isEqualTo(expected(batch));
    }
  }
}
