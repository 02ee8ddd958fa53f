package dev.farsight.datasets.npy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyArrayTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"<f4", "<f8", "<i4", "<i8", "|i1", "|u1", "|b1"})
  void valuesAcrossChunks(String type) throws IOException {
    var random = new Random(7);
    int least = type.charAt(1) == 'u' || type.charAt(1) == 'b' ? 0 : -128;
    double[] values =
        random.ints(1_000 * 3, least, type.equals("|b1") ? 2 : 128).asDoubleStream().toArray();
    Path file = NpyFiles.write(folder.resolve("a.npy"), type, 3, values);
    NpyArray array = NpyArray.open(file, 6);
    assertThat(array.rows()).isEqualTo(1_000);
    assertThat(array.columns()).isEqualTo(3);
    for (int i = 0; i < values.length; i++) {
      assertThat(array.doubleAt(i)).isEqualTo(values[i]);
    }
    if (type.startsWith("<i")) {
      assertThat(array.longAt(17)).isEqualTo((long) values[17]);
    }
    if (type.endsWith("4")) {
      assertBulk(array, values, random);
    }
  }

  private static void assertBulk(NpyArray array, double[] values, Random random) {
    FloatBuffer floats = HostBuffers.plain().floats(values.length + 5L);
    int[] ints = new int[values.length + 5];
    for (int i = 0; i < 500; i++) {
      int from = random.nextInt(values.length);
      int count = random.nextInt(values.length - from + 1);
      array.copyInts(from, count, ints, 5);
      array.copyFloats(from, count, floats, 5);
      for (int v = 0; v < count; v++) {
        double value = values[from + v];
        if (array.type() == NpyType.INT32) {
          assertThat(ints[5 + v]).isEqualTo((int) value);
        } else {
          assertThat(floats.get(5 + v)).isEqualTo((float) value);
          assertThat(ints[5 + v]).isEqualTo(Float.floatToIntBits((float) value));
        }
      }
    }
  }

  /** 2^31 + 1000 rows of one byte, and 9 GB of ids: sparse files, so they take no room. */
  @Test
  void moreThanTwoGibibytes() throws IOException {
    long rows = (1L << 31) + 1_000;
    Path labels = sparse("day_0_labels.npy", "|u1", List.of(rows), 1);
    Path ids = sparse("day_0_sparse.npy", "<i4", List.of(rows, 1L), 4);
    for (long row : new long[] {0, (1L << 30) - 1, 1L << 30, (1L << 31) - 1, 1L << 31, rows - 1}) {
      put(labels, row, 1, 1);
      put(ids, row, 4, (int) (row % 1_000_003));
    }
    String conf =
        "path = \"%s\", npy.cardinalities = [1000003], eval-fraction = 0".formatted(folder);
    try (var source = new NpyFactory().open(Opened.context("npy", conf, 1, 2))) {
      assertThat(source.trainSamples()).isEqualTo(rows);
      var all = new ArrayList<Opened.Row>();
      try (var pass = source.train(0)) {
        assertThat(pass.skip((1L << 31) - 100, null)).isEqualTo((1L << 31) - 100);
        all.addAll(Opened.rows(pass, 50));
      }
      assertThat(all).hasSize(1_100);
      for (int i = 0; i < all.size(); i++) {
        long row = (1L << 31) - 100 + i;
        boolean set = row == (1L << 31) - 1 || row == 1L << 31 || row == rows - 1;
        assertThat(all.get(i).label()).as("row %d", row).isEqualTo(set ? 1 : 0);
        assertThat(all.get(i).indices())
            .as("row %d", row)
            .containsExactly(set ? (int) (row % 1_000_003) : 0);
      }
    }
  }

  private Path sparse(String name, String type, List<Long> shape, int width) throws IOException {
    Path file = folder.resolve(name);
    byte[] header = NpyHeader.write(type, shape);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header));
      channel.write(ByteBuffer.allocate(1), header.length + shape.get(0) * width - 1);
    }
    return file;
  }

  private static void put(Path file, long row, int width, int value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
      channel.write(bytes.limit(width), 128 + row * width);
    }
  }
}
