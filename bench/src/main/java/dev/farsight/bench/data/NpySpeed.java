package dev.farsight.bench.data;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.npy.NpyFactory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * How fast the source npy reads samples of Criteo's shape, 160 bytes each, beside the speed at
 * which the same bytes are copied in memory, to room as large as a batch, by as many threads.
 * Rounds of each take turns, and medians are printed.
 *
 * <pre>bench/run.sh dev.farsight.bench.data.NpySpeed FOLDER [SAMPLES [BATCH [THREADS [ROUNDS]]]]
 * </pre>
 *
 * <p>The files are made in the folder if they are not there, and stay in the system's cache.
 */
public final class NpySpeed implements AutoCloseable {

  private static final int DENSE = 13;
  private static final int FEATURES = 26;
  private static final int TABLE_ROWS = 1 << 20;
  private static final int SAMPLE_BYTES = 4 * (1 + DENSE + FEATURES);

  /** More than caches hold. */
  private static final int ROOM_BYTES = 256 << 20;

  /** Bytes that a thread copies at a time, as many as the source does. */
  private static final int COPY_BYTES = 40 << 10;

  private final long samples;
  private final Workers team;
  private final DataSource source;
  private final Batch batch;
  private final ByteBuffer[] memory;
  private final ByteBuffer[] room;
  private ByteBuffer from;
  private ByteBuffer to;
  private final Workers.Task copy = this::copy;

  private NpySpeed(Path folder, long samples, int batchSize, int threads) throws IOException {
    this.samples = samples;
    write(folder, samples);
    String tables = Integer.toString(TABLE_ROWS);
    var settings =
        Settings.of(
            "farsight.data",
            ConfigFactory.parseString(
                    "farsight.data { path = \"%s/speed_*\", eval-fraction = 0, npy.cardinalities = [%s] }"
                        .formatted(
                            folder,
                            String.join(
                                ", ", IntStream.range(0, FEATURES).mapToObj(f -> tables).toList())))
                .withFallback(ConfigFactory.defaultReference())
                .resolve()
                .getConfig("farsight.data"));
    source =
        new NpyFactory()
            .open(new DataContext(settings, settings.section("npy"), batchSize, 1, threads));
    team = new Workers("copy", threads);
    batch = new Batch(source.schema(), batchSize, HostBuffers.plain());
    memory = room(batchSize * SAMPLE_BYTES);
    room = room(batchSize * SAMPLE_BYTES);
  }

  /** Buffers of so many bytes, together more than caches hold. */
  private static ByteBuffer[] room(int bytes) {
    var room = new ByteBuffer[Math.max(2, ROOM_BYTES / bytes)];
    for (int b = 0; b < room.length; b++) {
      room[b] = ByteBuffer.allocateDirect(bytes);
      for (int i = 0; i + Long.BYTES <= bytes; i += Long.BYTES) {
        room[b].putLong(i, i);
      }
    }
    return room;
  }

  private static void write(Path folder, long samples) throws IOException {
    Files.createDirectories(folder);
    var random = new SplittableRandom(1);
    write(
        folder.resolve("speed_dense.npy"),
        NpyHeader.FLOAT32,
        samples,
        DENSE,
        () -> Float.floatToRawIntBits((float) random.nextDouble()));
    write(folder.resolve("speed_labels.npy"), NpyHeader.INT32, samples, 1, () -> random.nextInt(2));
    write(
        folder.resolve("speed_sparse.npy"),
        NpyHeader.INT32,
        samples,
        FEATURES,
        () -> random.nextInt(TABLE_ROWS));
  }

  private static void write(Path file, String type, long rows, int columns, IntSupplier value)
      throws IOException {
    byte[] header = NpyHeader.write(type, List.of(rows, (long) columns));
    if (Files.exists(file) && Files.size(file) == header.length + rows * columns * Integer.BYTES) {
      return;
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      out.write(header);
      ByteBuffer row = ByteBuffer.allocate(columns * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (long r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          row.putInt(c * Integer.BYTES, value.getAsInt());
        }
        out.write(row.array());
      }
    }
  }

  /** Bytes a second of a pass over all samples. */
  private double read(BatchSource opened) {
    try (BatchSource pass = opened) {
      long start = System.nanoTime();
      long read = 0;
      while (pass.next(batch)) {
        read += batch.samples();
      }
      return speed(read * SAMPLE_BYTES, start);
    }
  }

  /**
   * Bytes a second of copying as many.
   *
   * @param rooms how many buffers are written in turn
   */
  private double copyAll(int rooms) {
    long start = System.nanoTime();
    long bytes = 0;
    for (int b = 0; bytes < samples * SAMPLE_BYTES; b++) {
      from = memory[b % memory.length];
      to = room[b % rooms];
      team.run((to.capacity() + COPY_BYTES - 1) / COPY_BYTES, copy);
      bytes += to.capacity();
    }
    return speed(bytes, start);
  }

  private void copy(int task, int worker) {
    int at = task * COPY_BYTES;
    to.put(at, from, at, Math.min(COPY_BYTES, to.capacity() - at));
  }

  private static double speed(long bytes, long start) {
    return bytes / ((System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    team.close();
    source.close();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void print(String what, double speed, double copied) {
    System.out.printf(
        Locale.ROOT,
        "%-22s %6.2f GB/s %7.2f million samples/s %6.1f %% of copying%n",
        what,
        speed / 1e9,
        speed / SAMPLE_BYTES / 1e6,
        100 * speed / copied);
  }

  public static void main(String[] args) throws IOException {
    long samples = args.length > 1 ? Long.parseLong(args[1]) : 4_000_000;
    int batchSize = args.length > 2 ? Integer.parseInt(args[2]) : 16_384;
    int threads =
        args.length > 3 ? Integer.parseInt(args[3]) : Runtime.getRuntime().availableProcessors();
    int rounds = args.length > 4 ? Integer.parseInt(args[4]) : 9;
    try (var speed = new NpySpeed(Path.of(args[0]), samples, batchSize, threads)) {
      double[][] measured = new double[4][rounds];
      for (int round = -2; round < rounds; round++) {
        int kept = Math.max(0, round); // the first rounds warm up and are overwritten
        measured[0][kept] = speed.copyAll(speed.room.length);
        measured[1][kept] = speed.copyAll(1);
        measured[2][kept] = speed.read(speed.source.train(0));
        measured[3][kept] = speed.read(speed.source.shuffled(1, kept));
      }
      double copied = median(measured[0]);
      print("copied in memory", copied, copied);
      print("copied to a batch", median(measured[1]), copied);
      print("npy", median(measured[2]), copied);
      print("npy, shuffle = full", median(measured[3]), copied);
    }
  }
}
