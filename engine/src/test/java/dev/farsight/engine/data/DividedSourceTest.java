package dev.farsight.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.process.OwnRanks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What ranks read by themselves, against the numbers of the samples that are theirs. */
class DividedSourceTest {

  private static final int SAMPLES = 100;

  private final Random random = new Random(5);

  /** Each sample looks up its own number. */
  private record Numbered(BatchSchema schema, boolean readsInParts) implements DataSource {

    static final BatchSchema PLAIN = schema(Set.of());

    static BatchSchema schema(Set<BatchSchema.Column> columns) {
      var tables = new TableSet(List.of(new Table("numbers", SAMPLES)));
      return new BatchSchema(0, tables, List.of(new Feature("number", 0)), columns);
    }

    @Override
    public long trainSamples() {
      return SAMPLES;
    }

    @Override
    public long evalSamples() {
      return SAMPLES;
    }

    @Override
    public BatchSource train(int epoch) {
      return new Pass(schema);
    }

    @Override
    public BatchSource eval() {
      return new Pass(schema);
    }

    @Override
    public void close() {}
  }

  private static final class Pass implements BatchSource {

    private final BatchSchema schema;
    private int next;

    Pass(BatchSchema schema) {
      this.schema = schema;
    }

    @Override
    public BatchSchema schema() {
      return schema;
    }

    @Override
    public boolean next(Batch batch) {
      int samples = Math.min(batch.capacity(), SAMPLES - next);
      for (int s = 0; s < samples; s++) {
        batch.indices(0)[s] = next++;
      }
      batch.samples(samples);
      return samples > 0;
    }

    @Override
    public long skip(long samples, Batch scratch) {
      long skipped = Math.min(samples, SAMPLES - next);
      next += (int) skipped;
      return skipped;
    }

    @Override
    public void close() {}
  }

  private static Batch batch(int capacity) {
    return new Batch(Numbered.PLAIN, capacity, HostBuffers.plain());
  }

  private static List<Integer> numbers(Batch batch) {
    return IntStream.range(0, batch.samples()).mapToObj(s -> batch.indices(0)[s]).toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(Math.min(from, SAMPLES), Math.min(to, SAMPLES)).boxed().toList();
  }

  /** Rank 0 is some steps ahead of the others, and passes over steps now and then. */
  @Test
  void eachRankReadsItsSamplesOfEveryStep() {
    var data = new Numbered(Numbered.PLAIN, true);
    for (int round = 0; round < 500; round++) {
      int ranks = 2 + random.nextInt(3);
      int each = 1 + random.nextInt(9);
      int stepSamples = ranks * each;
      String what = "round %d, %d ranks, %d samples each".formatted(round, ranks, each);
      var source =
          (DividedSource) StepPass.of(data, OwnRanks.all(ranks), stepSamples, () -> data.train(0));
      var starts = new ArrayList<Integer>();
      int[] read = new int[ranks];
      int start = 0;
      Batch batch = batch(each);
      while (true) {
        if (random.nextInt(3) == 0) {
          int skipped = stepSamples * random.nextInt(3);
          assertThat(source.skip(skipped, batch))
              .as(what)
              .isEqualTo(Math.min(skipped, Math.max(0, SAMPLES - start)));
          start += skipped;
        }
        if (!source.next(batch)) {
          break;
        }
        assertThat(numbers(batch)).as(what).isEqualTo(range(start, start + each));
        starts.add(start);
        start += stepSamples;
        catchUp(source, 1 + random.nextInt(ranks - 1), each, read, starts, what);
      }
      assertThat(start).as(what).isGreaterThanOrEqualTo(SAMPLES);
      for (int rank = 1; rank < ranks; rank++) {
        catchUp(source, rank, each, read, starts, what);
      }
      source.close();
    }
  }

  private static void catchUp(
      DividedSource source, int rank, int each, int[] read, List<Integer> starts, String what) {
    Batch batch = batch(each);
    for (; read[rank] < starts.size(); read[rank]++) {
      int from = starts.get(read[rank]) + rank * each;
      List<Integer> expected = range(from, from + each);
      boolean there = source.part(rank).next(batch);
      assertThat(there ? numbers(batch) : List.of())
          .as("%s, rank %d", what, rank)
          .isEqualTo(expected);
    }
  }

  /** The ranks of each process read their samples of every step that any rank has samples of. */
  @Test
  void processesReadTheSamplesOfTheirRanks() {
    for (int round = 0; round < 300; round++) {
      int processes = 2 + random.nextInt(3);
      int devices = 1 + random.nextInt(2);
      int each = 1 + random.nextInt(9);
      boolean parts = random.nextBoolean();
      int stepSamples = processes * devices * each;
      var data = new Numbered(Numbered.PLAIN, parts);
      int skipAt = random.nextInt(5);
      int skipped = stepSamples * random.nextInt(3);
      for (int process = 0; process < processes; process++) {
        var ranks = new OwnRanks(process * devices, devices, processes * devices);
        String what = "round %d, %s, %d samples each".formatted(round, ranks, each);
        BatchSource source = StepPass.of(data, ranks, stepSamples, () -> data.train(0));
        int start = 0;
        for (int step = 0; ; step++) {
          Batch batch = batch(each);
          if (step == skipAt) {
            source.skip(skipped, batch);
            start += skipped;
          }
          boolean there = source.next(batch);
          assertThat(there).as(what).isEqualTo(start < SAMPLES);
          if (!there) {
            break;
          }
          for (int device = 0; device < devices; device++) {
            if (device > 0 && !next(source, device, batch)) {
              StepSource.empty(batch);
            }
            int from = start + ranks.rank(device) * each;
            assertThat(numbers(batch)).as(what).isEqualTo(range(from, from + each));
          }
          start += stepSamples;
        }
        source.close();
      }
    }
  }

  private static boolean next(BatchSource source, int device, Batch batch) {
    return source instanceof DividedSource divided
        ? divided.part(device).next(batch)
        : StepSource.withinStep(source).next(batch);
  }

  /** One reader sees the weights of a whole step; and a source may be of one thread. */
  @Test
  void otherSourcesAreReadByOne() {
    var weighted = Numbered.schema(Set.of(BatchSchema.Column.WEIGHT));
    for (var data : List.of(new Numbered(weighted, true), new Numbered(Numbered.PLAIN, false))) {
      assertThat(StepPass.of(data, OwnRanks.all(2), 10, data::eval)).isInstanceOf(Pass.class);
    }
    var data = new Numbered(Numbered.PLAIN, true);
    assertThat(StepPass.of(data, OwnRanks.all(1), 10, data::eval)).isInstanceOf(Pass.class);
  }
}
