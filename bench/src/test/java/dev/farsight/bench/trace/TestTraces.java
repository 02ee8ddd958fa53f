package dev.farsight.bench.trace;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
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

  /** Samples of one phase: for each sample an index into every table. */
  public record Part(TracePhase phase, List<List<Integer>> samples) {}

  /** Phases of random samples over tables of these sizes; every other phase evaluates. */
  public static List<Part> parts(long seed, int phases, int mostSamples, int... tableRows) {
    var random = new Random(seed);
    List<Part> parts = new ArrayList<>();
    for (int p = 0; p < phases; p++) {
      List<List<Integer>> samples = new ArrayList<>();
      int count = 1 + random.nextInt(mostSamples);
      for (int s = 0; s < count; s++) {
        samples.add(
            Arrays.stream(tableRows)
                .mapToObj(rows -> (int) Math.pow(rows, random.nextDouble()) - 1)
                .toList());
      }
      boolean train = p % 2 == 0;
      var use = train ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE;
      parts.add(new Part(new TracePhase(p, p / 2, use, train), samples));
    }
    return parts;
  }

  public static TableSet tables(int... rows) {
    List<Table> tables = new ArrayList<>();
    for (int t = 0; t < rows.length; t++) {
      tables.add(new Table("C" + (t + 1), rows[t]));
    }
    return new TableSet(tables);
  }

  /** Writes a recorded trace and opens it. */
  public static Trace recorded(Path file, int batchSize, List<Part> parts, int... tableRows) {
    TableSet tables = tables(tableRows);
    try (var writer = new TraceWriter(file, tables, batchSize, 64)) {
      var batch =
          new Batch(new BatchSchema(0, tables, false, false), batchSize, HostBuffers.plain());
      for (Part part : parts) {
        for (int from = 0; from < part.samples().size(); from += batchSize) {
          int samples = Math.min(batchSize, part.samples().size() - from);
          for (int s = 0; s < samples; s++) {
            for (int t = 0; t < tableRows.length; t++) {
              batch.indices(t)[s] = part.samples().get(from + s).get(t);
            }
          }
          batch.samples(samples);
          writer.add(batch, part.phase());
        }
      }
      writer.finish();
    }
    return Traces.open(file, Optional.empty());
  }
}
