package dev.farsight.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.avazu.AvazuFactory;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.datasets.file.Packing;
import dev.farsight.testkit.fuzz.Mutations;
import dev.farsight.testkit.fuzz.Mutations.Mutant;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged data files of every format and compression: each is read, or fails with a message of one
 * short line that names the file, and takes bounded memory.
 */
class DataFuzzTest {

  /** Of one file, the largest window of a compression included. */
  private static final long MOST_ALLOCATED = 300L << 20;

  private static final int LONGEST_MESSAGE = 700;

  private final ThreadMXBean jvm = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  /** A format, and how a row of it is made. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  enum Format {
    CSV(
        new CsvFactory(),
        "csv { dense = [price], categorical = [{ column = user, rows = 1000, kind = integer }, { column = shop, rows = 50, kind = string }, { column = item, rows = 77, kind = hex }] }",
        "label,price,user,\"shop\",item",
        random ->
            "%d,%.3f,%d,\"a \"\"shop\"\", %d\",%x"
                .formatted(
                    random.nextInt(2),
                    random.nextDouble() * 100,
                    random.nextLong(),
                    random.nextInt(90),
                    random.nextInt())),
    NUMBERED(
        new CsvFactory(),
        "csv { separator = \"|\", quotes = false, header = false, label = 1, dense = [2], categorical = [{ column = 3, rows = 10, kind = integer }] }",
        null,
        random -> random.nextInt(2) + "|" + random.nextInt(9) + ".5|" + random.nextInt(100)),
    BAGS(
        new CsvFactory(),
        "csv { on-long-bag = truncate, categorical = [{ column = ids, rows = 1000, kind = integer, separator = \"|\", max-lookups = 3, weights = w, padding = 0 }, { column = user, rows = 9, kind = hex }, { column = tags, table = user, separator = \" \", max-lookups = 40, pooling = max }] }",
        "label,ids,w,user,tags",
        random ->
            "%d,%d|%d||0,%.2f|%d|x|,%x,\"%x %x  %x\""
                .formatted(
                    random.nextInt(2),
                    random.nextInt(5),
                    random.nextLong(),
                    random.nextDouble(),
                    random.nextInt(90),
                    random.nextInt(),
                    random.nextInt(),
                    random.nextInt(90),
                    random.nextLong())),
    CRITEO(
        new CriteoFactory(),
        "criteo.cardinalities = kaggle",
        null,
        random -> {
          var row = new StringBuilder().append(random.nextInt(2));
          for (int d = 0; d < 13; d++) {
            row.append('\t').append(random.nextInt(3) == 0 ? "" : random.nextInt(-2, 5_000));
          }
          for (int c = 0; c < 26; c++) {
            row.append('\t')
                .append(random.nextInt(9) == 0 ? "" : "%08x".formatted(random.nextInt()));
          }
          return row.toString();
        }),
    AVAZU(
        new AvazuFactory(),
        "avazu.cardinalities = avazu",
        "id,click,hour,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,app_category,device_id,device_ip,device_model,device_type,device_conn_type,C14,C15,C16,C17,C18,C19,C20,C21",
        random -> {
          var row = new StringBuilder("1000,").append(random.nextInt(2)).append(",14102100,1005,0");
          for (int c = 0; c < 9; c++) {
            row.append(",%08x".formatted(random.nextInt()));
          }
          row.append(",1,2");
          for (int d = 0; d < 8; d++) {
            row.append(',').append(random.nextInt(-1, 20_000));
          }
          return row.toString();
        });

    private final DataSourceFactory factory;
    private final String conf;
    private final String header;
    private final Function<SplittableRandom, String> row;

    Format(
        DataSourceFactory factory,
        String conf,
        String header,
        Function<SplittableRandom, String> row) {
      this.factory = factory;
      this.conf = conf;
      this.header = header;
      this.row = row;
    }

    private byte[] text(int rows) {
      var random = new SplittableRandom(1);
      var text = new StringBuilder(header == null ? "" : header + "\n");
      for (int r = 0; r < rows; r++) {
        text.append(row.apply(random)).append(r % 5 == 0 ? "\r\n" : "\n");
      }
      return text.toString().getBytes(UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void damagedFilesAreReadOrNamed(Format format) throws IOException {
    fuzz(format, 300, 80, System.nanoTime());
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  @Tag("nightly")
  @Timeout(value = 3, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
  void manyDamagedFilesAreReadOrNamed(Format format) throws IOException {
    fuzz(format, 10_000, 5_000, System.nanoTime());
  }

  private void fuzz(Format format, int plain, int packed, long seed) throws IOException {
    for (Packing packing : Packing.values()) {
      byte[] whole = packing.pack(format.text(60));
      var mutations = new Mutations(whole, seed);
      assertThat(read(format, new Mutant(whole, "the whole file"))).isEqualTo(60);
      int count = packing == Packing.PLAIN ? plain : packed;
      for (int m = 0; m < count; m++) {
        read(format, mutations.mutant(m));
      }
    }
  }

  /** Rows that were read; -1 if the file was refused. */
  private int read(Format format, Mutant mutant) throws IOException {
    Path file = Files.write(folder.resolve("data"), mutant.bytes());
    String mode = mutant.bytes().length % 2 == 0 ? "fail" : "skip";
    String conf =
        "path = \"" + file + "\", eval-fraction = 0.3, on-bad-row = " + mode + ", " + format.conf;
    long before = jvm.getCurrentThreadAllocatedBytes();
    try (DataSource source =
            format.factory.open(Opened.context(format.factory.name(), conf, 1, 1));
        BatchSource eval = source.eval()) {
      int evaluated = rows(eval);
      if (!source.schema().labelled()) {
        return evaluated;
      }
      try (BatchSource train = source.train(0)) {
        return evaluated + rows(train);
      }
    } catch (FarsightException e) {
      assertThat(e.getMessage())
          .as("%s %s", format, mutant)
          .contains(file.toString())
          .hasSizeLessThan(LONGEST_MESSAGE)
          .doesNotContainPattern("\\p{Cntrl}");
      return -1;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(format + " " + mutant, e);
    } finally {
      assertThat(jvm.getCurrentThreadAllocatedBytes() - before)
          .as("%s %s", format, mutant)
          .isLessThan(MOST_ALLOCATED);
    }
  }

  private static int rows(BatchSource pass) {
    var batch = new Batch(pass.schema(), 16, HostBuffers.plain());
    int rows = 0;
    while (pass.next(batch)) {
      rows += batch.samples();
      for (int f = 0; f < pass.schema().features().size(); f++) {
        checkLookups(batch, f);
      }
      for (int d = 0; d < batch.samples() * pass.schema().denseWidth(); d++) {
        assertThat(batch.dense().get(d)).isFinite();
      }
    }
    return rows;
  }

  private static void checkLookups(Batch batch, int f) {
    var feature = batch.schema().features().get(f);
    int[] offsets = batch.offsets(f);
    if (offsets != null) {
      assertThat(offsets[0]).isZero();
      for (int s = 0; s < batch.samples(); s++) {
        assertThat(offsets[s + 1] - offsets[s]).isBetween(0, feature.maxLookups());
      }
    }
    for (int i = 0; i < batch.lookups(f); i++) {
      assertThat(batch.indices(f)[i])
          .isBetween(0, batch.schema().tables().get(feature.table()).rows() - 1);
      if (feature.weighted()) {
        assertThat(batch.lookupWeights(f).get(i)).isFinite();
      }
    }
  }
}
