package dev.farsight.datasets.npy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import dev.farsight.testkit.fuzz.Mutations;
import dev.farsight.testkit.fuzz.Mutations.Mutant;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files of every kind: each is read as valid samples, or refused in one short line that
 * names a file, and takes bounded memory.
 */
class NpyFuzzTest {

  private static final long MOST_ALLOCATED = 64L << 20;
  private static final int LONGEST_MESSAGE = 1_500;

  /** A damaged manifest may tell of bags so large that no batch is made for them. */
  private static final long MOST_LOOKUPS = 1 << 20;

  private static final String OTHERS = "eval-fraction = 0.3, npy { cardinalities = [100, 50] }";

  private final ThreadMXBean jvm = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    for (String name : new String[] {"columns", "bags", "prepared"}) {
      Files.createDirectory(folder.resolve(name));
    }
    try (var source = new RandomSource(RandomSource.EVERYTHING, 40, 60)) {
      PreparedWriter.write(source, folder.resolve("prepared"), 100);
    }
    try (var source = new RandomSource(RandomSource.EVERYTHING, 60, 60);
        var pass = source.train(0)) {
      var batch = new Batch(source.schema(), 60, HostBuffers.plain());
      pass.next(batch);
      double[] ids = new double[120];
      double[] dense = new double[180];
      double[] labels = new double[60];
      for (int i = 0; i < 180; i++) {
        dense[i] = batch.dense().get(i);
        ids[i % 120] = i % 50;
        labels[i % 60] = batch.labels().get(i % 60);
      }
      Path columns = folder.resolve("columns");
      NpyFiles.write(columns.resolve("day_0_dense.npy"), "<f4", 3, dense);
      NpyFiles.write(columns.resolve("day_0_labels.npy"), "<f8", 1, labels);
      NpyFiles.write(columns.resolve("day_0_sparse.npy"), "<i8", 2, ids);
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("0.npy", NpyFiles.array("<i4", 2, ids));
      entries.put("1.npy", NpyFiles.array("<i8", 0, Arrays.copyOf(ids, 60)));
      NpyFiles.writeZip(folder.resolve("bags/day_0_sparse_multi_hot.npz"), entries);
      NpyFiles.write(folder.resolve("bags/day_0_labels.npy"), "|b1", 0, labels);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "columns/day_0_dense.npy",
        "columns/day_0_labels.npy",
        "columns/day_0_sparse.npy",
        "bags/day_0_sparse_multi_hot.npz",
        "prepared/train-00000_sparse_multi_hot.npz",
        "prepared/eval-00000_weights.npy",
        "prepared/manifest.json"
      })
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void damagedFilesAreReadOrNamed(String name) throws IOException {
    fuzz(name, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "columns/day_0_dense.npy",
        "columns/day_0_sparse.npy",
        "bags/day_0_sparse_multi_hot.npz",
        "prepared/train-00000_sparse_multi_hot.npz",
        "prepared/manifest.json"
      })
  @Tag("nightly")
  @Timeout(value = 3, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
  void manyDamagedFilesAreReadOrNamed(String name) throws IOException {
    fuzz(name, 20_000);
  }

  private void fuzz(String name, int count) throws IOException {
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    assertThat(read(file, new Mutant(whole, "the whole file"))).isEqualTo(60);
    var mutations = new Mutations(whole, System.nanoTime());
    for (int m = 0; m < count; m++) {
      Mutant mutant = mutations.mutant(m);
      // A new file, so that no earlier mapping sees it become shorter.
      Files.delete(file);
      Files.write(file, mutant.bytes());
      boolean ofThePrepared = file.getParent().endsWith("prepared");
      // The size would tell of it before anything is read.
      if (!ofThePrepared || name.endsWith("json") || mutant.bytes().length == whole.length) {
        read(file, mutant);
      }
    }
  }

  /** Samples that were read; -1 if the file was refused. */
  private int read(Path file, Mutant mutant) {
    String conf = "path = \"" + file.getParent() + "\"\n";
    conf += file.getParent().endsWith("prepared") ? "" : OTHERS;
    long before = jvm.getCurrentThreadAllocatedBytes();
    try (DataSource source = new NpyFactory().open(Opened.context("npy", conf, 1, 1));
        BatchSource eval = source.eval()) {
      if (source.schema().maxLookups(16) > MOST_LOOKUPS) {
        return 0;
      }
      int evaluated = rows(eval);
      if (!source.schema().labelled()) {
        return evaluated;
      }
      try (BatchSource train = source.train(0)) {
        return evaluated + rows(train);
      }
    } catch (FarsightException e) {
      assertThat(e.getMessage())
          .as("%s %s", file, mutant)
          .contains(folder.toString())
          .hasSizeLessThan(LONGEST_MESSAGE)
          .doesNotContainPattern("\\p{Cntrl}");
      return -1;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(file + " " + mutant, e);
    } finally {
      assertThat(jvm.getCurrentThreadAllocatedBytes() - before)
          .as("%s %s", file, mutant)
          .isLessThan(MOST_ALLOCATED);
    }
  }

  private static int rows(BatchSource pass) {
    var batch = new Batch(pass.schema(), 16, HostBuffers.plain());
    int rows = 0;
    while (pass.next(batch)) {
      rows += batch.samples();
      check(batch);
    }
    return rows;
  }

  private static void check(Batch batch) {
    BatchSchema schema = batch.schema();
    for (int d = 0; d < batch.samples() * schema.denseWidth(); d++) {
      assertThat(batch.dense().get(d)).isFinite();
    }
    for (int s = 0; s < batch.samples() && schema.labelled(); s++) {
      assertThat(batch.labels().get(s)).isIn(0f, 1f);
    }
    for (int f = 0; f < schema.features().size(); f++) {
      Feature feature = schema.features().get(f);
      int[] offsets = batch.offsets(f);
      for (int s = 0; s < batch.samples() && offsets != null; s++) {
        assertThat(offsets[s + 1] - offsets[s])
            .isBetween(feature.minLookups(), feature.maxLookups());
      }
      for (int i = 0; i < batch.lookups(f); i++) {
        assertThat(batch.indices(f)[i])
            .isBetween(0, schema.tables().get(feature.table()).rows() - 1);
        if (feature.weighted()) {
          assertThat(batch.lookupWeights(f).get(i)).isFinite();
        }
      }
    }
  }
}
