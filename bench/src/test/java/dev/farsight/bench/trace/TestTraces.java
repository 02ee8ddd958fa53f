package dev.farsight.bench.trace;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Traces made for tests, as files. */
public final class TestTraces {

  private TestTraces() {}

  /** A trace of keys, written as be64 and opened. */
  public static Trace keys(Path folder, long... keys) {
    try {
      Path file = Files.createTempFile(folder, "keys", ".be64");
      var bytes = ByteBuffer.allocate(Long.BYTES * keys.length);
      for (long key : keys) {
        bytes.putLong(key);
      }
      Files.write(file, bytes.array());
      return Traces.open(file, Optional.of("be64"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keys by a power law, with loops over ranges in between: both good and bad for every policy. */
  public static long[] mixedKeys(long seed, int count, int distinct) {
    var random = new Random(seed);
    long[] keys = new long[count];
    int at = 0;
    while (at < count) {
      if (random.nextInt(300) == 0) {
        int start = random.nextInt(distinct);
        int length = 1 + random.nextInt(distinct / 2);
        for (int i = 0; i < length && at < count; i++) {
          keys[at++] = scattered((start + i) % distinct);
        }
      } else {
        keys[at++] = popular(random, distinct);
      }
    }
    return keys;
  }

  /** Keys by a power law alone. */
  public static long[] popularKeys(long seed, int count, int distinct) {
    var random = new Random(seed);
    return LongStream.generate(() -> popular(random, distinct)).limit(count).toArray();
  }

  private static long popular(Random random, int distinct) {
    return scattered((int) Math.pow(distinct, random.nextDouble()) - 1);
  }

  private static long scattered(int number) {
    return number * 0x9E3779B97F4A7C15L;
  }

  /** Samples of one phase: for each sample a bag of indices for every feature. */
  public record Part(TracePhase phase, List<List<List<Integer>>> samples) {

    /** Samples that look up one row for each feature. */
    public static Part oneHot(TracePhase phase, List<List<Integer>> samples) {
      return new Part(phase, samples.stream().map(s -> s.stream().map(List::of).toList()).toList());
    }
  }

  /** One-hot features, each with a table of its own. */
  public static BatchSchema schema(int... tableRows) {
    return new BatchSchema(0, tables(tableRows), Set.of());
  }

  /**
   * Bags that may be empty, bags of three, and one-hot features; the first table and the last are
   * looked up by two features each, which are not neighbours.
   */
  public static BatchSchema bags(int... tableRows) {
    int last = tableRows.length - 1;
    List<Feature> features = new ArrayList<>();
    features.add(Feature.bag("some", 0, 5, Pooling.SUM));
    for (int t = 1; t <= last; t++) {
      features.add(
          t % 2 == 1 ? Feature.bag("bag " + t, t, 4, Pooling.MEAN) : new Feature("one of " + t, t));
    }
    features.add(new Feature("one", 0));
    features.add(new Feature("three", last, 3, 3, Pooling.SUM, true));
    return new BatchSchema(0, tables(tableRows), features, Set.of());
  }

  /** Phases of random samples over tables of these sizes; every other phase evaluates. */
  public static List<Part> parts(long seed, int phases, int mostSamples, int... tableRows) {
    return parts(seed, phases, mostSamples, schema(tableRows));
  }

  /** Phases of random samples; every other phase evaluates. */
  public static List<Part> parts(long seed, int phases, int mostSamples, BatchSchema schema) {
    var random = new Random(seed);
    List<Part> parts = new ArrayList<>();
    for (int p = 0; p < phases; p++) {
      List<List<List<Integer>>> samples = new ArrayList<>();
      int count = 1 + random.nextInt(mostSamples);
      for (int s = 0; s < count; s++) {
        samples.add(schema.features().stream().map(f -> bag(random, f, schema)).toList());
      }
      boolean train = p % 2 == 0;
      var use = train ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE;
      parts.add(new Part(new TracePhase(p, p / 2, use, train), samples));
    }
    return parts;
  }

  private static List<Integer> bag(Random random, Feature feature, BatchSchema schema) {
    int rows = schema.tables().get(feature.table()).rows();
    int least = feature.minLookups();
    int most = feature.maxLookups();
    int length = least == most ? least : least + random.nextInt(most - least + 1);
    return IntStream.range(0, length)
        .mapToObj(i -> (int) Math.pow(rows, random.nextDouble()) - 1)
        .toList();
  }

  public static TableSet tables(int... rows) {
    List<Table> tables = new ArrayList<>();
    for (int t = 0; t < rows.length; t++) {
      tables.add(new Table("C" + (t + 1), rows[t]));
    }
    return new TableSet(tables);
  }

  /** Writes a recorded trace of one-hot features and opens it. */
  public static Trace recorded(Path file, int batchSize, List<Part> parts, int... tableRows) {
    return recorded(file, batchSize, parts, schema(tableRows));
  }

  /** Writes a recorded trace and opens it. */
  public static Trace recorded(Path file, int batchSize, List<Part> parts, BatchSchema schema) {
    try (var writer = new TraceWriter(file, schema, batchSize, 64)) {
      var batch = new Batch(schema, batchSize, HostBuffers.plain());
      for (Part part : parts) {
        for (int from = 0; from < part.samples().size(); from += batchSize) {
          int to = Math.min(from + batchSize, part.samples().size());
          fill(batch, part.samples().subList(from, to));
          writer.add(batch, part.phase());
        }
      }
      writer.finish();
    }
    return Traces.open(file, Optional.empty());
  }

  private static void fill(Batch batch, List<List<List<Integer>>> samples) {
    for (int f = 0; f < batch.schema().features().size(); f++) {
      int lookups = 0;
      for (int s = 0; s < samples.size(); s++) {
        for (int index : samples.get(s).get(f)) {
          batch.indices(f)[lookups++] = index;
        }
        if (batch.offsets(f) != null) {
          batch.offsets(f)[s + 1] = lookups;
        }
      }
    }
    batch.samples(samples.size());
  }

  /** The samples of a batch. */
  public static List<List<List<Integer>>> samples(Batch batch) {
    List<List<List<Integer>>> samples = new ArrayList<>();
    for (int s = 0; s < batch.samples(); s++) {
      List<List<Integer>> sample = new ArrayList<>();
      for (int f = 0; f < batch.schema().features().size(); f++) {
        int[] offsets = batch.offsets(f);
        int from = offsets == null ? s : offsets[s];
        int to = offsets == null ? s + 1 : offsets[s + 1];
        sample.add(Arrays.stream(batch.indices(f), from, to).boxed().toList());
      }
      samples.add(sample);
    }
    return samples;
  }
}
