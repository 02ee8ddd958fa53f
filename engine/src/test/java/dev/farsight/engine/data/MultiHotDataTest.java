package dev.farsight.engine.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.Allocation;
import dev.farsight.engine.data.SeekingData.Sample;
import dev.farsight.engine.event.RunListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bags against the published recipe, as NumPy and as a naive generator carry it out. */
class MultiHotDataTest {

  private static final int[] ROWS = {3, 50, 1, 400, 2000, 9000, 40_000};
  private static final int[] LOOKUPS = {3, 2, 4, 1, 6, 12, 27};

  /** SHA-256 of the tables of {@link #ROWS} and {@link #LOOKUPS}, as NumPy 2.4 drew them. */
  private static final String SHA_256 =
      "28978dd914ed69b12bca46467dc9c224f45e3c30b53e350a445c20afabceb333";

  private static final String RECIPE =
      """
      import sys, hashlib, numpy as np
      rows, lookups = eval(sys.argv[1]), eval(sys.argv[2])
      np.random.seed(0)
      sha = hashlib.sha256()
      for n, h in zip(rows, lookups):
          sha.update(np.random.randint(0, n, size=(n, h - 1)).astype("<i4").tobytes())
      print(sha.hexdigest())
      """;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private static TableSet tables(int... rows) {
    return new TableSet(
        IntStream.range(0, rows.length).mapToObj(t -> new Table("t" + t, rows[t])).toList());
  }

  private static Settings data(String settings) {
    return Settings.of("farsight.data", ConfigFactory.parseString(settings));
  }

  private static MultiHotData multiHot(DataSource source, int[] lookups, int threads) {
    return MultiHotData.of(source, data("multi-hot = " + Arrays.toString(lookups)), threads);
  }

  private static Batch batch(DataSource data, int size) {
    return new Batch(data.schema(), size, HostBuffers.plain());
  }

  private static List<Sample> rest(BatchSource pass, int batchSize) {
    var samples = new ArrayList<Sample>();
    var batch = new Batch(pass.schema(), batchSize, HostBuffers.plain());
    while (pass.next(batch)) {
      samples.addAll(SeekingData.of(batch));
    }
    return samples;
  }

  /** The samples with bags, made one by one. */
  private static List<Sample> expanded(List<Sample> samples, int[] rows, int[] lookups) {
    List<int[][]> tables = NaiveMultiHot.tables(rows, lookups);
    var expanded = new ArrayList<Sample>();
    for (Sample sample : samples) {
      var all = new ArrayList<Integer>();
      for (int f = 0; f < rows.length; f++) {
        int index = sample.lookups().get(f);
        all.add(index);
        for (int more : tables.get(f)[index]) {
          all.add(more);
        }
      }
      expanded.add(new Sample(sample.columns(), all));
    }
    return expanded;
  }

  private static String sha256(int[] rows, int[] lookups) throws Exception {
    var source = new SeekingData(tables(rows), 1, 10, 10);
    MultiHotTables drawn = multiHot(source, lookups, 1).drawTables(RunListener.NONE);
    var sha = MessageDigest.getInstance("SHA-256");
    for (int f = 0; f < rows.length; f++) {
      var bag = new int[lookups[f] - 1];
      var bytes = ByteBuffer.allocate(bag.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      for (int index = 0; index < rows[f] && bag.length > 0; index++) {
        drawn.copy(f, index, bag, 0);
        bytes.asIntBuffer().put(bag);
        sha.update(bytes.array());
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static long residentBytes() throws Exception {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
    return Long.parseLong(pages[1]) * 4096;
  }

  /** 400 MiB, freed by hand: no garbage is collected for it. */
  @Test
  void closingFreesTheTables() throws Exception {
    var source = new SeekingData(tables(new int[] {1 << 20}), 1, 10, 10);
    long before = residentBytes();
    MultiHotData data = multiHot(source, new int[] {101}, 1);
    MultiHotTables drawn = data.drawTables(RunListener.NONE);
    long with = residentBytes();
    data.close();
    long after = residentBytes();
    assertThat(with - before).isGreaterThan(350L << 20);
    assertThat(with - after).isGreaterThan(350L << 20);
    assertThatThrownBy(drawn::hold).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theTablesAreThoseOfNumPy() throws Exception {
    assertThat(sha256(ROWS, LOOKUPS)).isEqualTo(SHA_256);
  }

  /** Whatever version of NumPy is here. */
  @Test
  void theTablesAreThoseOfThisNumPy() throws Exception {
    assumeTrue(numPy("import numpy") != null, "python3 has no numpy");
    assertThat(numPy(RECIPE, ROWS, LOOKUPS)).isEqualTo(SHA_256);
    for (int run = 0; run < 3; run++) {
      int[] rows = random.ints(5, 1, 3000).toArray();
      int[] lookups = random.ints(5, 1, 40).toArray();
      assertThat(sha256(rows, lookups)).as("seed %d", seed).isEqualTo(numPy(RECIPE, rows, lookups));
    }
  }

  /** What a program prints; null if it cannot be run, or fails. */
  private static String numPy(String program, int[]... arguments) throws Exception {
    var command = new ArrayList<>(List.of("python3", "-c", program));
    Arrays.stream(arguments).map(Arrays::toString).forEach(command::add);
    try {
      Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
      String printed = new String(python.getInputStream().readAllBytes(), UTF_8).trim();
      return python.waitFor() == 0 ? printed : null;
    } catch (IOException e) {
      return null;
    }
  }

  @ParameterizedTest
  @CsvSource({"2000, 1, 1", "2000, 2000, 4", "1531, 700, 3", "5000, 1300, 4", "3, 8, 2"})
  void bagsAreThoseOfTheRecipe(int count, int batchSize, int threads) {
    int[] rows = random.ints(6, 1, 500).toArray();
    int[] lookups = random.ints(6, 1, 30).toArray();
    lookups[random.nextInt(6)] = 1;
    var source = new SeekingData(tables(rows), seed, count, 77);
    try (MultiHotData data = multiHot(source, lookups, threads)) {
      for (int pass = 0; pass < 3; pass++) {
        assertThat(rest(open(data, pass), batchSize))
            .as("pass %d, seed %d", pass, seed)
            .isEqualTo(expanded(rest(open(source, pass), batchSize), rows, lookups));
      }
    }
  }

  private static BatchSource open(DataSource data, int pass) {
    return pass == 0 ? data.train(0) : pass == 1 ? data.eval() : data.shuffled(7, 2);
  }

  @Test
  void skippingSkipsAsTheSourceDoes() {
    int[] rows = {10, 100};
    var source = new SeekingData(tables(rows), seed, 1000, 10);
    try (MultiHotData data = multiHot(source, new int[] {3, 1}, 2)) {
      List<Sample> all = rest(data.train(0), 64);
      long before = source.made();
      try (BatchSource pass = data.train(0)) {
        Batch scratch = batch(data, 64);
        assertThat(pass.skip(64 * 9, scratch)).isEqualTo(64 * 9);
        assertThat(source.made()).as("samples made").isEqualTo(before);
        assertThat(rest(pass, 64)).isEqualTo(all.subList(64 * 9, 1000));
        assertThat(pass.skip(64, scratch)).isZero();
      }
    }
  }

  @Test
  void aFeatureOfOneLookupStaysOneHot() {
    var source = new SeekingData(tables(10, 20, 30), 1, 5, 5);
    MultiHotData data = multiHot(source, new int[] {4, 1, 2}, 1);
    assertThat(data.schema().features())
        .containsExactly(
            new Feature("t0", 0, 4, 4, Pooling.SUM, false),
            new Feature("t1", 1),
            new Feature("t2", 2, 2, 2, Pooling.SUM, false));
    assertThat(data.schema().columns()).isEqualTo(source.schema().columns());
    assertThat(data.schema().denseWidth()).isEqualTo(2);
    assertThat(data.seeks()).isTrue();
  }

  @Test
  void theForecastIsTheTablesAndABatchOfEachPass() {
    int[] rows = {10, 20, 30};
    Settings on = data("multi-hot = [4, 1, 2]");
    var schema = MultiHotData.of(new SeekingData(tables(rows), 1, 5, 5), on, 1).schema();
    var forecast = MultiHotData.forecast(on, schema, 100);
    assertThat(forecast.lines().get(0).what()).isEqualTo("multi-hot tables");
    assertThat(forecast.lines().get(0).bytes()).isEqualTo((10 * 3 + 30) * 4);
    // Two dense values, label, truth and weight, and two numbers of 64 bits; an index a feature.
    assertThat(forecast.bytes(Tier.HOST)).isEqualTo(240 + 2 * 100 * (5 * 4 + 2 * 8));
    assertThat(forecast.bytes(Tier.HEAP)).isEqualTo(2 * 100 * 3 * 4);
    assertThat(MultiHotData.forecast(data("multi-hot = null"), schema, 100).lines()).isEmpty();
  }

  @Test
  void nothingIsAllocatedABatch() {
    var source = new SeekingData(tables(10, 200), 1, 1_000_000, 5);
    try (MultiHotData data = multiHot(source, new int[] {5, 20}, 1);
        BatchSource pass = data.train(0)) {
      var batch = batch(data, 1000);
      assertThat(read(pass, batch, 500)).isEqualTo(500);
      var allocation = new Allocation();
      read(pass, batch, 300);
      assertThat(allocation.bytes()).as("bytes for 300 batches").isLessThan(300 * 100);
    }
  }

  private static int read(BatchSource pass, Batch batch, int batches) {
    int read = 0;
    while (read < batches && pass.next(batch)) {
      read++;
    }
    return read;
  }

  @Test
  void aLimitThatIsTooLowIsNamed() {
    var source = new SeekingData(tables(10, 200), 1, 100, 5);
    Settings settings = data("multi-hot = [5, 20], max-lookups = 199");
    try (DataSource data = LimitedLookups.of(MultiHotData.of(source, settings, 1), settings);
        BatchSource pass = data.train(0)) {
      assertThatThrownBy(() -> pass.next(batch(data, 10)))
          .isInstanceOf(FarsightException.class)
          .hasMessage(
              "feature t1: a batch has 200 lookups or more, and there is room for 199; set"
                  + " farsight.data.max-lookups to at least that number, or make data.batch-size"
                  + " smaller");
      assertThat(pass.next(batch(data, 9))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kaggle", "3", "[3, 0]", "[3, x]", "{ a = 1 }", "[3, 70000]"})
  void otherValuesAreRefused(String value) {
    assertThatThrownBy(() -> MultiHotSetting.check(data("multi-hot = " + value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.multi-hot");
  }

  private static void assertRefused(DataSource source, String setting, String message) {
    assertThatThrownBy(() -> MultiHotData.of(source, data("multi-hot = " + setting), 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.multi-hot: ")
        .hasMessageEndingWith(message);
  }

  @Test
  void otherFeaturesAreRefused() {
    assertRefused(
        new SeekingData(tables(10, 20), 1, 5, 5),
        "mlperf",
        "multi-hot: 'mlperf' has 26 numbers of lookups, and the data has 2 features; each needs one");
    assertRefused(
        new ListedData(1, 10, -1),
        "[1, 2, 3, 4]",
        "needs features of one lookup, each with a table of its own, in the order of the"
            + " tables; feature bag has bags");
  }
}
