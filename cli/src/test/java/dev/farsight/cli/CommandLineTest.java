package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole command lines in this process, on everything that is on the class path. */
class CommandLineTest {

  private static final String TINY =
      """
      farsight {
        data {
          batch-size = 64
          synthetic { rows = 2100, cardinalities = [50, 400, 30] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache { size = "250 rows" }
        compute.threads = 1
      }
      """;

  @TempDir Path folder;

  /** What a command line printed and returned. */
  private record Result(int status, String out, String err) {}

  private Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      var environment = new Environment(Optional.of(folder), 0);
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Result tiny(String command, Path directory, String... sets) throws IOException {
    var args = new ArrayList<String>();
    args.add(command);
    args.add(Files.writeString(folder.resolve("tiny.conf"), TINY).toString());
    args.addAll(List.of("--set", "run.directory=" + directory));
    for (String set : sets) {
      args.addAll(List.of("--set", set));
    }
    return run(args.toArray(String[]::new));
  }

  private static void failed(Result result, int status, String message) {
    assertThat(result.err()).isEqualTo("farsight: " + message + "\n");
    assertThat(result.status()).isEqualTo(status);
  }

  @Test
  void figuresAreTheSameInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    Locale format = Locale.getDefault(Locale.Category.FORMAT);
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      Result result = tiny("train", folder.resolve("run"));
      assertThat(result.status()).as(result.err()).isZero();
      assertThat(result.out() + result.err()).doesNotContainPattern("[\\u0660-\\u0669]");
      assertThat(String.format("%d", 1)).isEqualTo("1");
    } finally {
      Locale.setDefault(before);
      Locale.setDefault(Locale.Category.FORMAT, format);
    }
  }

  @Test
  void trainsAndLeavesWhatTheDesignFixes() throws IOException {
    Path directory = folder.resolve("run");
    var result = tiny("train", directory);
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .contains("step 29/29")
        .contains("trained 1,800 samples")
        .containsPattern("AUROC 0\\.\\d{4} \\(ceiling 0\\.\\d{4}, \\d+\\.\\d % of it\\)")
        .contains("cache lfu of 250 slots: hit rate")
        .endsWith("report: " + directory.resolve("report.json") + "\n");
    assertThat(directory.resolve("run.log")).isRegularFile();
    assertThat(directory.resolve("model")).isDirectory();
    assertThat(Files.readAllLines(directory.resolve("metrics.jsonl")))
        .filteredOn(line -> line.contains("samples_per_second"))
        .hasSize(29);
    var report = ConfigFactory.parseFile(directory.resolve("report.json").toFile());
    assertThat(report.getString("command")).isEqualTo("train");
    assertThat(report.getLong("cache.evicted_rows")).isPositive();
  }

  @Test
  void evaluatesTheModelOfARun() throws IOException {
    Path trained = folder.resolve("trained");
    assertThat(tiny("train", trained).status()).isZero();
    var result =
        tiny("eval", folder.resolve("evaluated"), "model.load=" + trained.resolve("model"));
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    var before = ConfigFactory.parseFile(trained.resolve("report.json").toFile());
    var after =
        ConfigFactory.parseFile(folder.resolve("evaluated").resolve("report.json").toFile());
    assertThat(after.getDouble("quality.auroc")).isEqualTo(before.getDouble("quality.auroc"));
    assertThat(after.getString("weights_sha256")).isEqualTo(before.getString("weights_sha256"));
    assertThat(after.getString("command")).isEqualTo("eval");
  }

  @Test
  void neverOverwritesAnEarlierReport() throws IOException {
    Path directory = Files.createDirectories(folder.resolve("run"));
    Path report = Files.writeString(directory.resolve("report.json"), "precious");
    failed(
        tiny("train", directory),
        2,
        "--set run.directory: farsight.run.directory: '"
            + directory
            + "' holds the report of an earlier run; name another or remove that one");
    assertThat(report).hasContent("precious");
    assertThat(directory).isDirectoryNotContaining(file -> !file.equals(report));
  }

  @Test
  void aWrongSettingLeavesNothingBehind() throws IOException {
    Path directory = folder.resolve("run");
    failed(
        tiny("train", directory, "optimizer.learning-rate=fast"),
        2,
        "--set optimizer.learning-rate: farsight.optimizer.learning-rate: 'fast' is not a number"
            + " from 0 to 1000000");
    assertThat(directory).doesNotExist();
  }

  @Test
  void aPathForSyntheticDataIsAWrongSetting() throws IOException {
    var result = tiny("train", folder.resolve("run"), "data.path=clicks.csv");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .contains("--set data.path: farsight.data.path: 'clicks.csv' would be ignored")
        .hasLineCount(1);
  }

  @Test
  void dataThatCannotBeOpenedLeavesNothingBehind() throws IOException {
    Path directory = folder.resolve("run");
    Path data = Files.writeString(folder.resolve("rows.txt"), "");
    var result = tiny("train", directory, "data.source=criteo", "data.path=" + data);
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("farsight: ")
        .contains("rows.txt: is empty")
        .hasLineCount(1);
    assertThat(directory).doesNotExist();
  }

  @Test
  void aFailureAtRunTimeIsOneLineAndAStackTraceInTheLog() throws IOException {
    Path directory = folder.resolve("run");
    var result = tiny("train", directory, "optimizer.learning-rate=1e6");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("farsight: ").contains("loss of step").hasLineCount(1);
    assertThat(directory.resolve("run.log")).content().contains("\tat dev.farsight.");
    assertThat(directory.resolve("report.json")).doesNotExist();
  }

  @Test
  void warningsAreLinesOfTheirOwn() {
    var err = new ByteArrayOutputStream();
    try (var stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Logs logs = Logs.start(stream)) {
      assertThat(logs.file()).isEmpty();
      var log = org.slf4j.LoggerFactory.getLogger("dev.farsight.Any");
      log.info("not shown");
      log.warn("two\n  lines\033[2J", new IllegalStateException("trace"));
      log.error("told by the command");
      org.slf4j.LoggerFactory.getLogger("net.openhft.Any").warn("of a library");
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("farsight: warning: two lines\\u001B[2J\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trian       | unknown command trian; did you mean train? (farsight --help tells more)
          data sinth  | unknown command sinth; did you mean synth? (farsight data --help tells more)
          train --st  | unknown option --st; did you mean --set? (farsight train --help tells more)
          train a b   | one argument too many: b (farsight train --help tells more)
          train a cache.size=5% | cache.size=5%: settings are given as --set cache.size=5%
          train cache.size=5%   | cache.size=5%: settings are given as --set cache.size=5%
          train a --epochs 3    | unknown option --epochs; did you mean --set train.epochs=3? (farsight train --help tells more)
          train --batch-size=8  | unknown option --batch-size; did you mean --set data.batch-size=8? (farsight train --help tells more)
          list --gibberish      | unknown option --gibberish (farsight list --help tells more)
          data synth  | Missing required option: '--out=FILE' (farsight data synth --help tells more)
          check no.conf | no.conf: no such file
          list --set cache.polcy=lru | --set cache.polcy: unknown key farsight.cache.polcy; did you mean farsight.cache.policy? (keys of farsight.cache: frequency, lfu, lookahead, lru, policy, regions, size, statistics, tables, warm-up)
          list --set plugins.path=no | plugins.path: no: cannot be listed: no such file or directory; check the path
          """)
  void wrongUseIsOneLine(String line, String message) {
    failed(run(line.split(" ", -1)), 2, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cache.policy=lfru       | cache policy | lfu
          storage.backend=ofheap  | row store | offheap
          compute.backend=nd4j    | compute backend | nd4j-native
          data.source=kriteo      | data source | criteo
          model.type=dlmr         | model | dlrm
          """)
  void anUnknownNameIsToldWithThoseThereAre(String set, String kind, String there) {
    int equals = set.indexOf('=');
    var result = run("check", conf(), "--set", set);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .hasLineCount(1)
        .startsWith(
            "farsight: --set %s: farsight.%s: '%s' is not a known %s"
                .formatted(
                    set.substring(0, equals),
                    set.substring(0, equals),
                    set.substring(equals + 1),
                    kind))
        .contains("(available: ")
        .contains(there);
  }

  @Test
  void withoutAFileTheQuickStartIsUsed() throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf").resolve("quickstart.conf"), TINY);
    var result = run("check");
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("batch-size=64");
  }

  @Test
  void checkPrintsHoconAndTheForecast() {
    var result = run("check", conf(), "--set", "cache.size=300 rows");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    var printed = ConfigFactory.parseString(result.out()).getConfig("farsight");
    assertThat(printed.getString("cache.size")).isEqualTo("300 rows");
    assertThat(printed.getInt("data.batch-size")).isEqualTo(64);
    assertThat(printed.getInt("train.epochs")).isEqualTo(1);
    assertThat(result.out())
        .contains("# compute nd4j-native runs here: ")
        .contains("# data: 1,800 samples for training, 300 samples for evaluation\n")
        .containsPattern("#   device +\\d")
        .containsPattern("#   host +\\d");
  }

  @Test
  void checkPrintsHowSeveralDevicesDivideTheTables() {
    var result =
        run(
            "check",
            conf(),
            "--set=compute.nd4j-native.devices=2",
            "--set=data.synthetic.cardinalities=[50, 400, 30, 60, 20]",
            "--set=cache.size=all",
            "--set=sharding.tables.C2=table",
            "--set=sharding.link-bandwidth=1 GB");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("# tables over 2 devices, by the first 4 steps of the data:\n")
        .containsPattern("#   row +all +rows +C1, \\w+")
        .containsPattern("#   table +[01] +rows +\\w*,? ?C2")
        .contains("expected at 953.7 MiB/s between devices")
        .containsPattern("#   0 +[0-9.]+ [KM]iB +[0-9.]+ [KM]iB +[0-9.]+ ms");
    assertThat(run("check", conf()).out()).doesNotContain("# tables over");
  }

  @Test
  void aPlanIsFollowedByTheOptionToo() {
    Path first = folder.resolve("first");
    String[] two = {"train", conf(), "--set=compute.nd4j-native.devices=2"};
    assertThat(run(with(two, "--set=run.directory=" + first, "--set=sharding.default=table")).err())
        .isEmpty();
    Path second = folder.resolve("second");
    var followed = run(with(two, "--set=run.directory=" + second, "--plan", first.toString()));
    assertThat(followed.err()).isEmpty();
    assertThat(second.resolve("sharding.json"))
        .hasSameTextualContentAs(first.resolve("sharding.json"));
    failed(
        run(with(two, "--plan", first.toString(), "--set=sharding.plan=other")),
        2,
        "--set sharding.plan: is not used here; the plan is --plan");
    failed(
        run(with(two, "--set=compute.nd4j-native.devices=4", "--plan", first.toString())),
        2,
        "farsight.sharding.plan: '"
            + first
            + "' is for 2 devices, not for 4; leave it out, to plan anew");
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void checkTellsWhatEachDeviceNeeds() throws IOException {
    String[] two = {
      "check", conf(), "--set", "compute.nd4j-native.devices=2", "--set", "cache.size=all"
    };
    assertThat(run(two).out())
        .containsPattern("#   device +\\S+ KiB: \\S+ KiB on each of 2 devices");
    String[] unequal = Arrays.copyOf(two, two.length + 2);
    unequal[two.length] = "--set";
    unequal[two.length + 1] = "sharding.default=table";
    assertThat(run(unequal).out())
        .containsPattern("#   device +\\S+ KiB: device 0 \\S+ KiB, device 1 \\S+ KiB\n");
    assertThat(run("check", conf()).out()).containsPattern("#   device +\\S+ KiB\n");
  }

  @Test
  void checkTellsOfFilesForEvaluation() throws IOException {
    String header = "label,price,user\n";
    Path train = Files.writeString(folder.resolve("a.csv"), header + "1,2,3\n".repeat(70));
    Path eval = Files.writeString(folder.resolve("b.csv"), header + "0,2,3\n".repeat(9));
    var result =
        run(
            "check",
            conf(),
            "--set",
            "data.source=csv",
            "--set",
            "data.path=" + train,
            "--set",
            "data.eval-path=" + eval,
            "--set",
            "data.csv={ dense = [price], categorical = [{ column = user, rows = 9, kind = integer }] }");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains(
            "# data: 70 samples for training, 9 samples for evaluation, those of data.eval-path\n");
  }

  /** MLPerf's tables would take 23 GB: checking does not draw them. */
  @Test
  void checkForetellsTheTablesOfMultiHotData() {
    var result =
        run(
            "check",
            conf(),
            "--set",
            "data.multi-hot=mlperf",
            "--set",
            "data.synthetic.cardinalities=mlperf",
            "--set",
            "cache.size=1%");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsPattern("#     multi-hot tables +21\\.5 GiB\n")
        .containsPattern("#   a batch can have [\\d,]+ unique rows\n");
  }

  @Test
  void checkTellsWhichBatchesTheCacheHolds() {
    assertThat(run("check", conf(), "--set", "cache.size=null").out())
        .containsPattern("# cache: [\\d,]+ slots, .*\\(cache\\.size is not set\\)\n")
        .containsPattern(
            "#   a batch can have [\\d,]+ unique rows; the first 4 have up to [\\d,]+\n")
        .endsWith("#   every batch fits\n");
    var tooSmall = run("check", conf(), "--set", "cache.size=5 rows");
    assertThat(tooSmall.status()).isEqualTo(1);
    assertThat(tooSmall.err())
        .hasLineCount(1)
        .startsWith("farsight: the cache is too small: a batch has ")
        .containsPattern(
            "; set cache\\.size to \"(all|\\d+ rows)\", or make data\\.batch-size smaller");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "train", "eval"})
  void aDirectoryThatCannotBeMadeIsToldFirst(String command) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    failed(
        run(command, conf(), "--set", "run.directory=" + file.resolve("run")),
        2,
        "farsight.run.directory: "
            + file
            + ": a file is where a folder is needed; name another path");
  }

  @Test
  void checkSaysWhereValuesWereSet() {
    var result = run("check", "--origins", conf(), "--set", "cache.size=300 rows");
    assertThat(result.out()).contains("# --set cache.size").contains("tiny.conf: ");
  }

  @Test
  void checkFindsWhatIsOutOfRange() {
    failed(
        run("check", conf(), "--set", "lookahead.planned=0"),
        2,
        "--set lookahead.planned: farsight.lookahead.planned: 0 is not a whole number from 1 to"
            + " 1000");
  }

  @Test
  void listsWhatThereIsToChooseFrom() {
    var result = run("list");
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .containsPattern("cache policy +lru +cache\\.policy +cache-lru +class path +yes\n")
        .containsPattern("cache policy +frequency +cache\\.policy ")
        .containsPattern("row store +offheap +storage\\.backend ")
        .containsPattern("compute backend +nd4j-native +compute\\.backend .* yes: .+\n")
        .containsPattern("data source +criteo +data\\.source ")
        .containsPattern("model +dlrm +model\\.type ")
        .containsPattern("export format +npy +--format +engine +class path +yes\n")
        .containsPattern("export format +onnx +--format ")
        .containsPattern("export format +parquet +--format ");
  }

  @Test
  void versionNamesTheBuild() {
    var result = run("version");
    assertThat(result.status()).isZero();
    assertThat(result.out()).matches("farsight \\d\\S+ \\(commit \\S+\\) on Java \\d.*\n");
  }

  @Test
  void helpIsNoError() {
    for (String command : List.of("train", "eval", "list", "check", "data", "version")) {
      var result = run(command, "--help");
      assertThat(result.status()).isZero();
      assertThat(result.out()).startsWith("Usage: farsight " + command);
    }
  }

  private String conf() {
    try {
      return Files.writeString(folder.resolve("tiny.conf"), TINY).toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
