package dev.farsight.datasets.npy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.datasets.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is told in one line, with file, row and feature; nothing half-written is taken. */
class NpyDamageTest {

  private static final String CONF =
      "eval-fraction = 0.5, npy { cardinalities = [10, 20] }\nbatch-size = 3\n";

  @TempDir Path folder;

  static void assertRefused(Callable<? extends AutoCloseable> opened, String message) {
    assertThatThrownBy(() -> opened.call().close())
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  private DataSource open(String conf) {
    return new NpyFactory().open(Opened.context("npy", "path = \"" + folder + "\"\n" + conf, 1, 2));
  }

  /** Reads all, and returns it to be closed. */
  private DataSource read(String conf) {
    DataSource source = open(conf);
    try {
      if (source.schema().labelled()) {
        Opened.bagRows(source.train(0), 4);
        Opened.bagRows(source.shuffled(1, 0), 3);
      }
      Opened.bagRows(source.eval(), 4);
      return source;
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private void day(String name, String type, int columns, double... values) throws IOException {
    NpyFiles.write(folder.resolve("day_0_" + name + ".npy"), type, columns, values);
  }

  private void days() throws IOException {
    day("dense", "<f4", 2, 1, 2, 3, 4, 5, 6, 7, 8);
    day("labels", "<i4", 1, 0, 1, 1, 0);
    day("sparse", "<i4", 2, 0, 19, 9, 0, 3, 4, 5, 6);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void wrongValues() throws IOException {
    days();
    read(CONF).close();
    day("sparse", "<i4", 2, 0, 19, 9, 0, 3, 20, 5, 6);
    String id = ": row 3: feature c2: id 20, and its table has 20 rows; correct";
    assertRefused(() -> read(CONF), file("day_0_sparse.npy") + id);
    day("sparse", "<i8", 2, 0, 19, 9, 0, 3, 4, 1L << 32, 6);
    assertRefused(
        () -> read(CONF),
        file("day_0_sparse.npy") + ": row 4: feature c1: id 4294967296, and its table has 10 rows");
    day("sparse", "<i4", 2, 0, -1, 9, 0, 3, 4, 5, 6);
    assertRefused(() -> read(CONF), file("day_0_sparse.npy") + ": row 1: feature c2: id -1,");
    days();
    day("dense", "<f4", 2, 1, 2, 3, Double.NaN, 5, 6, 7, 8);
    assertRefused(
        () -> read(CONF), file("day_0_dense.npy") + ": row 2: dense feature d2: NaN is not finite");
    day("dense", "<f8", 2, 1, 2, 3, 4, 5, 6, 1e40, 8);
    assertRefused(
        () -> read(CONF),
        file("day_0_dense.npy") + ": row 4: dense feature d1: 1.0E40 is not finite as float32");
    days();
    day("labels", "<f4", 1, -0.0, 1, 1, 0);
    try (DataSource source = open("eval-fraction = 1, npy.cardinalities = [10, 20]")) {
      assertThat(Opened.rows(source.eval(), 9).get(0).label()).isEqualTo(0f);
    }
    day("labels", "<i4", 1, 0, 2, 1, 0);
    assertRefused(
        () -> read(CONF), file("day_0_labels.npy") + ": row 2: label 2 is neither 0 nor 1");
    day("labels", "<f4", 0, 0, 1, 1, .5);
    assertRefused(
        () -> read(CONF), file("day_0_labels.npy") + ": row 4: label 0.5 is neither 0 nor 1");
  }

  @Test
  void modulo() throws IOException {
    days();
    day("sparse", "<i4", 2, -1, -21, 10, 20, Integer.MIN_VALUE, Integer.MAX_VALUE, 5, 6);
    String conf = CONF + "npy.ids = modulo, eval-fraction = 1";
    try (DataSource source = open(conf);
        BatchSource pass = source.eval()) {
      assertThat(Opened.rows(pass, 3).stream().map(Opened.Row::indices))
          .containsExactly(List.of(9, 19), List.of(0, 0), List.of(2, 7), List.of(5, 6));
    }
    day("sparse", "<i8", 2, -1, -21, 10, 20, -1L << 40, 1L << 40, 5, 6);
    try (DataSource source = open(conf);
        BatchSource pass = source.eval()) {
      assertThat(Opened.rows(pass, 3).stream().map(Opened.Row::indices))
          .containsExactly(List.of(9, 19), List.of(0, 0), List.of(4, 16), List.of(5, 6));
    }
  }

  @Test
  void wrongArrays() throws IOException {
    days();
    day("sparse", "<f4", 2, 0, 1, 2, 3, 4, 5, 6, 7);
    assertRefused(
        () -> open(CONF),
        file("day_0_sparse.npy") + ": has values of type float32, not int32, int64");
    days();
    day("labels", "<i4", 2, 0, 1, 1, 0, 0, 0, 0, 0);
    assertRefused(() -> open(CONF), file("day_0_labels.npy") + ": has 2 columns, not 1");
    day("labels", "<i4", 1, 0, 1, 1);
    assertRefused(
        () -> open(CONF),
        file("day_0_labels.npy") + ": has 3 rows, and " + file("day_0_sparse.npy") + " has 4");
    days();
    spoil("day_0_dense.npy", "'<f4'", "'>f4'");
    assertRefused(
        () -> open(CONF),
        file("day_0_dense.npy")
            + ": has values of type >f4, big-endian; convert it: a.astype('<f4')");
    days();
    spoil("day_0_dense.npy", "'<f4'", "'<f2'");
    assertRefused(
        () -> open(CONF), file("day_0_dense.npy") + ": has values of type <f2, which is not read");
    days();
    spoil("day_0_dense.npy", "False, 'shape': (4, 2, ), }", "True, 'shape': (4, 2, ), }");
    assertRefused(
        () -> open(CONF), file("day_0_dense.npy") + ": is in Fortran order; convert it: np.asc");
    days();
    spoil("day_0_dense.npy", "(4, 2, ), }", "(2, 2, 2), }");
    assertRefused(
        () -> open(CONF), file("day_0_dense.npy") + ": has the shape [2, 2, 2]; arrays of 1 or 2");
    days();
    spoil("day_0_dense.npy", "(4, 2, )", "(5, 2, )");
    assertRefused(
        () -> open(CONF),
        file("day_0_dense.npy") + ": has 160 bytes, and its header tells 168: it is cut off");
    spoil("day_0_dense.npy", "(5, 2, )", "(3, 2, )");
    assertRefused(
        () -> open(CONF),
        file("day_0_dense.npy")
            + ": has 160 bytes, and its header tells 152: it has something behind the array");
    Files.writeString(folder.resolve("day_0_dense.npy"), "1,2\n3,4\n5,6\n7,8\n");
    assertRefused(() -> open(CONF), file("day_0_dense.npy") + ": is not an npy file");
    Files.write(folder.resolve("day_0_dense.npy"), new byte[0]);
    assertRefused(() -> open(CONF), file("day_0_dense.npy") + ": is not an npy file");
  }

  private void spoil(String name, String from, String to) throws IOException {
    Path file = folder.resolve(name);
    String text = Files.readString(file, ISO_8859_1);
    String longer = from + " ".repeat(Math.max(0, to.length() - from.length()));
    String shorter = to + " ".repeat(Math.max(0, from.length() - to.length()));
    assertThat(text).contains(longer);
    Files.writeString(file, text.replace(longer, shorter), ISO_8859_1);
  }

  @Test
  void partsThatDiffer() throws IOException {
    days();
    for (String name : List.of("dense", "labels", "sparse")) {
      Files.copy(
          folder.resolve("day_0_" + name + ".npy"), folder.resolve("day_1_" + name + ".npy"));
    }
    read(CONF).close();
    Files.delete(folder.resolve("day_1_labels.npy"));
    assertRefused(() -> open(CONF), file("day_1") + ": has no labels file, and");
    Files.move(folder.resolve("day_0_labels.npy"), folder.resolve("day_1_labels.npy"));
    assertRefused(() -> open(CONF), file("day_1_labels.npy") + ": the first part has no such file");
    days();
    Files.delete(folder.resolve("day_1_sparse.npy"));
    assertRefused(() -> open(CONF), file("day_1_sparse.npy") + ": is missing, so the samples");
    NpyFiles.write(folder.resolve("day_1_sparse.npy"), "<i4", 1, 1, 2, 3, 4);
    assertRefused(() -> open(CONF), file("day_1_sparse.npy") + ": has 1 columns, not 2");
    NpyFiles.writeZip(
        folder.resolve("day_0_sparse_multi_hot.npz"),
        Map.of("0.npy", NpyFiles.array("<i4", 1, 1, 2, 3, 4)));
    assertThatThrownBy(() -> open(CONF))
        .hasMessageContaining("farsight.data.npy.sparse-suffix")
        .hasMessageContaining("leaves a choice");
  }

  @Test
  void archives() throws IOException {
    Path npz = folder.resolve("day_0_sparse_multi_hot.npz");
    byte[] ids = NpyFiles.array("<i4", 2, 1, 2, 3, 4);
    String conf = "eval-fraction = 1, npy.cardinalities = [10]";
    NpyFiles.writeZip(npz, Map.of("0.npy", ids));
    read(conf).close();
    NpyFiles.writeZip(npz, Map.of("1.npy", ids));
    assertRefused(() -> open(conf), npz + ": has the entry 1.npy; its 1 entries must be 0.npy to");
    NpyFiles.writeZip(npz, Map.of("0.npy", Arrays.copyOf(ids, ids.length - 1)));
    assertRefused(() -> open(conf), npz + ": 0.npy: has 143 bytes, and its header tells 144");
    try (var zip = new ZipOutputStream(Files.newOutputStream(npz))) {
      zip.putNextEntry(new ZipEntry("0.npy"));
      zip.write(ids);
    }
    assertRefused(
        () -> open(conf),
        npz + ": 0.npy: is compressed, so it cannot be mapped; save it with np.savez");
    byte[] bytes = Files.readAllBytes(NpyFiles.writeZip(npz, Map.of("0.npy", ids)));
    for (int length = 0; length < bytes.length; length++) {
      Files.write(npz, Arrays.copyOf(bytes, length));
      assertRefused(() -> open(conf), npz + ": is not an npz file, or is damaged: ");
    }
  }

  private Path prepare() throws IOException {
    try (var source = new RandomSource(RandomSource.EVERYTHING, 200, 300)) {
      PreparedWriter.write(source, folder, 150);
    }
    read("").close();
    return folder.resolve("train-00001_dense.npy");
  }

  @Test
  void aFolderWithoutManifestIsNotComplete() throws IOException {
    prepare();
    Files.delete(folder.resolve("manifest.json"));
    assertRefused(() -> open(CONF), file("manifest.json") + ": is missing, so the data");
    Path file = folder.resolve("train-00000_labels.npy");
    var context = Opened.context("npy", "path = \"" + file + "\"\n" + CONF, 1, 1);
    assertRefused(() -> new NpyFactory().open(context), file("manifest.json") + ": is missing");
  }

  @Test
  void partOfAFolder() throws IOException {
    Path file = prepare();
    var context = Opened.context("npy", "path = \"" + file + "\"\n" + CONF, 1, 1);
    assertThatThrownBy(() -> new NpyFactory().open(context))
        .hasMessageContaining("farsight.data.path")
        .hasMessageContaining("name its folders alone");
  }

  @Test
  void settingsThatPreparedDataTellsItself() throws IOException {
    prepare();
    for (String setting :
        List.of("cardinalities = kaggle", "ids = modulo", "transform = log", "pooling = max")) {
      assertThatThrownBy(() -> open("npy { " + setting + " }"))
          .hasMessageContaining("farsight.data.npy." + setting.substring(0, setting.indexOf(" ")))
          .hasMessageContaining("is for files of other tools");
    }
  }

  @Test
  void filesThatTheManifestDoesNotTell() throws IOException {
    Path file = prepare();
    Path moved = Files.move(file, folder.resolve("train-00002_dense.npy"));
    assertRefused(() -> open(""), file + ": is missing, and manifest.json tells of it");
    Files.copy(moved, file);
    assertRefused(() -> open(""), moved + ": is not in manifest.json; remove it");
    Files.delete(moved);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(
        () -> open(""),
        file
            + ": has "
            + (bytes.length - 1)
            + " bytes, and manifest.json tells "
            + bytes.length
            + "; prepare the data again");
    bytes[bytes.length - 2] ^= 1;
    Files.write(file, bytes);
    open("").close();
    assertRefused(() -> open("npy.verify = true"), file + ": is damaged: its SHA-256 is ");
  }

  /** An archive whose offsets are changed in place: the sizes stay as the manifest tells. */
  @Test
  void bagsThatAreNone() throws IOException {
    prepare();
    Path npz = folder.resolve("train-00000_sparse_multi_hot.npz");
    byte[] good = Files.readAllBytes(npz);
    int values = valuesOf("1_offsets.npy", good);
    putLong(npz, good, values, 1);
    assertRefused(() -> read(""), npz + ": 1_offsets.npy: goes from 1 to ");
    putLong(npz, good, values + 8 * 10, 1 << 20);
    assertRefused(() -> read(""), npz + ": 1_offsets.npy: row 10: feature ragged: 10485");
    putLong(npz, good, values + 8 * 10, -1);
    assertRefused(() -> read(""), npz + ": 1_offsets.npy: row 10: feature ragged: -");
    byte[] changed = good.clone();
    changed[valuesOf("2.npy", good) + 4 * 3 * 7] = 99;
    Files.write(npz, changed);
    assertRefused(
        () -> read(""),
        npz
            + ": 2.npy: row 8: feature fixed: id 99, and its table has 7 rows; the data is damaged");
    changed = good.clone();
    changed[valuesOf("3_weights.npy", good) + 3] = 0x7F;
    changed[valuesOf("3_weights.npy", good) + 2] = (byte) 0x80;
    Files.write(npz, changed);
    assertRefused(() -> read(""), npz + ": 3_weights.npy: row ");
  }

  private static void putLong(Path file, byte[] good, int at, long value) throws IOException {
    byte[] changed = good.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    Files.write(file, changed);
  }

  /** Where the values of an entry begin: its header has 128 bytes. */
  private static int valuesOf(String entry, byte[] zip) {
    String text = new String(zip, ISO_8859_1);
    int name = text.indexOf(entry);
    assertThat(name).isPositive();
    return text.indexOf('\n', name) + 1;
  }

  @Test
  void aFileThatBecomesShorterWhileItIsRead() throws IOException {
    int rows = 1 << 18;
    day("labels", "<i4", 0, new double[rows]);
    day("sparse", "<i4", 2, new double[rows * 2]);
    Path file = folder.resolve("day_0_sparse.npy");
    for (int threads = 1; threads <= 3; threads++) {
      day("sparse", "<i4", 2, new double[rows * 2]);
      var context =
          Opened.context(
              "npy", "path = \"" + folder + "\", npy.cardinalities = [1, 1]", 1, threads);
      try (DataSource source = new NpyFactory().open(context)) {
        assertThat(Opened.rows(source.train(0), 4_096)).hasSize(rows);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(1 << 20);
        }
        for (int capacity : new int[] {64, 4_096, rows}) {
          assertRefused(
              () -> {
                Opened.rows(source.train(0), capacity);
                return source;
              },
              file + ": became shorter while it was read");
        }
      }
    }
  }
}
