package dev.farsight.datasets.prepare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.datasets.npy.PreparedManifest;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import dev.farsight.datasets.npy.PreparedWriter;
import dev.farsight.datasets.npy.RandomSource;
import dev.farsight.datasets.prepare.Preparation.Outcome;
import dev.farsight.datasets.prepare.Preparation.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is prepared is what a plain writer writes, whenever the work was stopped. */
class PreparationTest {

  private static final int TRAIN = 800;
  private static final int ALL = 1_000;
  private static final int PART = 130;

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void name() {
    out = folder.resolve("out");
  }

  private static Job job(long partSamples, Map<String, Object> settings) {
    return new Job("1", "random", settings, 1, partSamples, new TreeMap<>());
  }

  private static RandomSource source(BatchSchema schema) {
    return new RandomSource(schema, TRAIN, ALL);
  }

  private static RandomSource everything() {
    return source(RandomSource.EVERYTHING);
  }

  /** Stops before batch {@code batches}. */
  private static Outcome prepare(Path out, RandomSource data, int part, int batch, int batches) {
    var left = new AtomicInteger(batches);
    try (var work = Preparation.open(out, job(part, Map.of("x", 1)))) {
      return work.write(data, batch, rows -> {}, () -> left.getAndDecrement() == 0);
    }
  }

  private Outcome prepare(int part, int batch) {
    return prepare(out, everything(), part, batch, -1);
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    var contents = new TreeMap<String, String>();
    for (Path file : FileSums.files(folder)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".npz")) {
        entries(file, contents);
      } else if (!name.equals("lock")) {
        contents.put(name, new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    return contents;
  }

  private static void entries(Path npz, Map<String, String> into) throws IOException {
    try (var zip = new ZipFile(npz.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        into.put(npz.getFileName() + "/" + entry.getName(), new String(bytes, ISO_8859_1));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"130, 130", "130, 64", "64, 130", "31, 50", "800, 7", "5000, 333"})
  void everyFileIsThatOfThePlainWriter(int part, int batch) throws IOException {
    for (BatchSchema schema : new BatchSchema[] {RandomSource.EVERYTHING, RandomSource.SMALL}) {
      Path ours = folder.resolve("ours-" + schema.denseWidth());
      Path plain = Files.createDirectory(folder.resolve("plain-" + schema.denseWidth()));
      var data = new RandomSource(schema, schema.labelled() ? TRAIN : 0, ALL);
      assertThat(prepare(ours, data, part, batch, -1).state()).isEqualTo(State.DONE);
      PreparedWriter.write(data, plain, part);
      Map<String, String> written = contents(ours);
      Map<String, String> wanted = contents(plain);
      assertThat(written.remove("manifest.json")).contains("\"format\" : 1");
      wanted.remove("manifest.json");
      assertThat(written).isEqualTo(wanted);
    }
  }

  @Test
  void theManifestTellsTheFiles() throws IOException {
    Outcome outcome = prepare(PART, 64);
    PreparedManifest manifest = PreparedManifest.read(out);
    assertThat(manifest.schema()).isEqualTo(RandomSource.EVERYTHING);
    assertThat(manifest.samples()).isEqualTo(ALL);
    assertThat(outcome.samples(false)).isEqualTo(TRAIN);
    assertThat(outcome.samples(true)).isEqualTo(ALL - TRAIN);
    for (Part part : manifest.parts()) {
      for (var file : part.files().entrySet()) {
        assertThat(FileSums.of(out.resolve(file.getKey()))).isEqualTo(file.getValue());
      }
    }
  }

  @Test
  void stoppedAtAnyBatchItEndsWithTheSameBytes() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    Path whole = folder.resolve("whole");
    long clicks = prepare(whole, everything(), PART, 50, -1).trainClicks();
    assertThat(clicks).isBetween(300L, 500L);
    Map<String, String> wanted = bytes(whole);
    for (int round = 0; round < 5; round++) {
      Path again = folder.resolve("stopped-" + round);
      for (int stop = 0; stop < 6; stop++) {
        int batch = 1 + random.nextInt(90);
        Outcome outcome =
            prepare(again, everything(), PART, batch, 1 + random.nextInt(700 / batch + 1));
        boolean ended = outcome.state() != State.STOPPED;
        assertThat(PreparedManifest.isIn(again)).isEqualTo(ended);
      }
      Outcome last = prepare(again, everything(), PART, 50, -1);
      assertThat(bytes(again)).isEqualTo(wanted);
      if (last.state() == State.DONE) {
        assertThat(last.trainClicks()).isEqualTo(clicks);
      }
    }
  }

  /** Whole files, the archives too. */
  private static Map<String, String> bytes(Path folder) throws IOException {
    var bytes = new TreeMap<String, String>();
    for (Path file : FileSums.files(folder)) {
      if (!file.endsWith("lock")) {
        bytes.put(file.getFileName().toString(), FileSums.of(file).sha256());
      }
    }
    return bytes;
  }

  @Test
  void completeDataIsLeftAlone() throws IOException {
    prepare(PART, 64);
    Map<String, String> before = bytes(out);
    assertThat(prepare(PART, 99).state()).isEqualTo(State.WAS_COMPLETE);
    assertThat(bytes(out)).isEqualTo(before);
    Files.delete(out.resolve("lock")); // as in a copy
    assertThat(prepare(PART, 99).state()).isEqualTo(State.WAS_COMPLETE);
    Files.writeString(out.resolve("progress.json"), "killed before it was deleted");
    assertThat(prepare(PART, 99).state()).isEqualTo(State.WAS_COMPLETE);
    assertThat(bytes(out)).isEqualTo(before);
  }

  @Test
  void otherWorkIsRefusedWithBothValues() {
    assertThat(prepare(out, everything(), PART, 64, 4).state()).isEqualTo(State.STOPPED);
    requireRefused(job(PART + 1, Map.of("x", 1)), "--part-rows was 130, is 131");
    requireRefused(job(PART, Map.of("x", 2)), "data.x was 1, is 2");
    requireRefused(job(PART, Map.of()), "data.x was 1, is not set");
    requireRefused(
        new Job("2", "random", Map.of("x", 1), 1, PART, new TreeMap<>()), "Farsight was 1, is 2");
    assertThatThrownBy(
            () -> prepare(out, new RandomSource(RandomSource.EVERYTHING, TRAIN, 999), PART, 64, -1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("evaluation samples was 200, is 199");
    assertThatThrownBy(() -> prepare(out, source(RandomSource.SMALL), PART, 64, -1))
        .hasMessageContaining("layout of the data was");
    prepare(PART, 64);
    requireRefused(job(PART + 1, Map.of("x", 1)), "--part-rows was 130, is 131");
    requireRefused(job(PART, Map.of("x", 2)), "data.x was 1, is 2");
  }

  private void requireRefused(Job job, String message) {
    assertThatThrownBy(() -> Preparation.open(out, job))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("choose another --out");
  }

  @Test
  void filesOfOthersAreNotTouched() throws IOException {
    Files.createDirectory(out);
    Path other = Files.writeString(out.resolve("train-00000_dense.npy"), "mine");
    assertThatThrownBy(() -> prepare(PART, 64))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train-00000_dense.npy: is not of prepared data");
    Files.delete(other);
    prepare(out, everything(), PART, 64, 4);
    other = Files.writeString(out.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> prepare(PART, 64)).hasMessageContaining("notes.txt: is not of");
    assertThat(other).hasContent("mine");
  }

  @Test
  void aPartThatWasLostIsTold() throws IOException {
    prepare(out, everything(), PART, 64, 6);
    Path file = out.resolve("train-00001_sparse_multi_hot.npz");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, new byte[9]);
    assertThatThrownBy(() -> prepare(PART, 64))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("multi_hot.npz: was complete, and is of another size now");
    Files.delete(file);
    assertThatThrownBy(() -> prepare(PART, 64)).hasMessageContaining("is missing now");
    Files.write(file, bytes);
    assertThat(prepare(PART, 64).state()).isEqualTo(State.DONE);
  }

  /** As on a full disk. */
  @Test
  void whateverCannotBeWrittenIsGoneOnWith() throws IOException {
    var full =
        new ForwardingDataSource(everything()) {
          @Override
          public void saveFitted(Path fitted) throws IOException {
            Files.writeString(fitted.resolve("half"), "of it");
            throw new IOException("No space left on device");
          }
        };
    assertThatThrownBy(() -> write(full, rows -> {}))
        .hasMessage(
            out.resolve("fitted")
                + ": cannot be written: no space left on device; make room, or name a path on another device; 0 parts are complete, and the same command goes on from there");
    assertThat(out).doesNotExist();
    Path inTheWay = out.resolve("manifest.json/x");
    assertThatThrownBy(
            () ->
                write(
                    everything(),
                    rows -> {
                      if (Files.notExists(inTheWay)) {
                        assertThat(inTheWay.toFile().mkdirs()).isTrue();
                      }
                    }))
        .hasMessageStartingWith(out.resolve("manifest.json") + ": cannot be written: ")
        .hasMessageEndingWith("; 9 parts are complete, and the same command goes on from there");
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    assertThat(prepare(PART, 64).written()).isZero();
    Path whole = folder.resolve("whole");
    prepare(whole, everything(), PART, 64, -1);
    assertThat(bytes(out)).isEqualTo(bytes(whole));
  }

  private void write(DataSource data, LongConsumer written) {
    try (var work = Preparation.open(out, job(PART, Map.of("x", 1)))) {
      work.write(data, 64, written, () -> false);
    }
  }

  @Test
  void oneAtATime() {
    try (var first = Preparation.open(out, job(PART, Map.of()))) {
      assertThat(first.fitted()).isEmpty();
      assertThatThrownBy(() -> prepare(PART, 64))
          .hasMessageContaining("prepares data there; wait for it, or choose another --out");
    }
    assertThat(out).doesNotExist();
  }
}
