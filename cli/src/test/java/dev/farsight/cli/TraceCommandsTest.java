package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines about traces, in this process. */
class TraceCommandsTest {

  /** Epochs, evaluations in between, a partial last batch, and an end in the middle of an epoch. */
  private static final String CONF =
      """
      farsight {
        data {
          batch-size = 32
          synthetic { rows = 1500, cardinalities = [50, 4000, 300] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] }, save = false }
        cache { size = "250 rows" }
        train { epochs = 3, eval-every = 17, max-steps = 100 }
        compute.threads = 1
        report.hash-weights = false
      }
      """;

  @TempDir private Path folder;
  private String conf;
  private String trace;

  private record Result(int status, String out, String err) {}

  @BeforeEach
  void writeConfiguration() throws IOException {
    conf = Files.writeString(folder.resolve("run.conf"), CONF).toString();
    trace = folder.resolve("run.trace").toString();
  }

  private Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      var environment = new Environment(Optional.of(folder), 0);
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Result done(String... args) {
    var result = run(args);
    assertThat(result.err()).as("standard error").isEmpty();
    assertThat(result.status()).isZero();
    return result;
  }

  private static void failed(Result result, int status, String message) {
    assertThat(result.err()).isEqualTo("farsight: " + message + "\n");
    assertThat(result.status()).isEqualTo(status);
  }

  private List<? extends Config> objects(String file) throws IOException {
    String list = Files.readString(folder.resolve(file));
    return ConfigFactory.parseString("list = " + list).getConfigList("list");
  }

  private String keys(int count, int distinct) throws IOException {
    var bytes = ByteBuffer.allocate(8 * count);
    for (int i = 0; i < count; i++) {
      bytes.putLong((long) Math.pow(distinct, (i * 0.618034) % 1) - 1);
    }
    return Files.write(folder.resolve("keys"), bytes.array()).toString();
  }

  /** The main thing: a replay plans what the run planned, row by row. */
  @ParameterizedTest
  @CsvSource({"lru, 1", "lfu, 1", "frequency, 1", "lfu, 3", "lookahead, 1", "lookahead, 3"})
  void aReplayCountsWhatTheRunCounted(String policy, int regions) throws IOException {
    assertReplayCountsWhatTheRunCounted(policy, regions, 0);
  }

  /** Most batches have fewer lookups than there is room for; with 130, none has more. */
  @ParameterizedTest
  @CsvSource({"lru, 1, 0", "lfu, 3, 130", "lookahead, 1, 130", "frequency, 3, 0"})
  void aReplayCountsWhatARunOverBagsCounted(String policy, int regions, int maxLookups)
      throws IOException {
    assertReplayCountsWhatTheRunCounted(
        policy,
        regions,
        maxLookups,
        "data.synthetic.hotness=[4, 1, 5]",
        "data.synthetic.hotness-law=uniform",
        "data.synthetic.pooling=mean");
  }

  /** Samples are shuffled in blocks, and evaluations come at the ends of epochs. */
  @ParameterizedTest
  @ValueSource(ints = {0, 41, 100})
  void aReplayCountsWhatAShuffledRunCounted(int maxSteps) throws IOException {
    assertReplayCountsWhatTheRunCounted(
        "lfu",
        1,
        0,
        "data.shuffle=300 samples",
        "train.eval-every=1 epoch",
        "train.max-steps=" + maxSteps);
  }

  private void assertReplayCountsWhatTheRunCounted(
      String policy, int regions, int maxLookups, String... more) throws IOException {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add("cache.policy=" + policy);
    settings.add("cache.regions=" + regions);
    settings.add("lookahead.planned=2");
    if (maxLookups > 0) {
      settings.add("data.max-lookups=" + maxLookups);
    }
    String[] sets =
        settings.stream().flatMap(set -> Stream.of("--set", set)).toArray(String[]::new);
    Path directory = folder.resolve("run");
    done(with(sets, "train", conf, "--set", "run.directory=" + directory));
    var run = ConfigFactory.parseFile(directory.resolve("report.json").toFile()).getConfig("cache");
    done(with(sets, "trace", "record", conf, "--out", trace));
    done(
        with(
            sets,
            "trace",
            "replay",
            trace,
            "--conf",
            conf,
            "--policy",
            policy,
            "--size",
            "250",
            "--out",
            folder.resolve("replay.json").toString()));
    var replay = objects("replay.json").get(1);
    for (String key :
        List.of(
            "policy",
            "slots",
            "lookups",
            "hits",
            "unique_rows",
            "unique_hits",
            "loaded_rows",
            "forwarded_rows",
            "evicted_rows",
            "written_back_rows",
            "lookahead_shrunk")) {
      assertThat(replay.getValue(key)).as(key).isEqualTo(run.getValue(key));
    }
    assertThat(run.getLong("evicted_rows")).isPositive();
    assertThat(replay.getLong("bytes_moved"))
        .isEqualTo(16 * (replay.getLong("loaded_rows") + replay.getLong("written_back_rows")));
  }

  private static String[] with(String[] more, String... args) {
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  @Test
  void replayPrintsTheBoundFirstAndEachTable() throws IOException {
    done("trace", "record", conf, "--out", trace);
    var result =
        done("trace", "replay", trace, "--policy", "lru,belady", "--size", "10%", "--tables");
    assertThat(result.out())
        .contains("of 3 tables; ")
        .containsSubsequence("10%", "belady", " 0.0 %", "10%", "lru", "TABLE", "C1", "C2", "C3");
  }

  @Test
  void keyTracesAreReplayedOneByOneOrInBatches() throws IOException {
    String keys = keys(3000, 400);
    Path out = folder.resolve("keys.json");
    done(
        "trace",
        "replay",
        keys,
        "--format",
        "be64",
        "--policy",
        "lru,lfu",
        "--out",
        out.toString(),
        "--size",
        "5%,50%",
        "--lookahead",
        "3");
    var all = objects("keys.json");
    assertThat(all)
        .extracting(o -> o.getString("policy"))
        .containsExactly("belady", "lru", "lfu", "belady", "lru", "lfu");
    assertThat(all).allMatch(o -> o.getLong("lookups") == 3000 && o.getInt("lookahead") == 0);
    assertThat(all).allMatch(o -> o.getDouble("hit_ratio") == o.getDouble("unique_hit_ratio"));
    assertThat(all.get(1).getDouble("regret")).isPositive();
    done(
        "trace",
        "replay",
        keys,
        "--format",
        "be64",
        "--policy",
        "lru",
        "--out",
        out.toString(),
        "--size",
        "50%",
        "--batch",
        "16");
    assertThat(objects("keys.json").get(1).getLong("unique_rows")).isLessThan(3000);
  }

  @Test
  void curvesAndSizes() throws IOException {
    String keys = keys(3000, 400);
    Path out = folder.resolve("out.json");
    var curves =
        done(
            "trace",
            "mrc",
            keys,
            "--format",
            "be64",
            "--policy",
            "lru",
            "--points",
            "4",
            "--out",
            out.toString());
    assertThat(curves.out()).contains("exact").containsPattern("SIZE +SLOTS +belady +lru\n");
    var points = objects("out.json");
    assertThat(points).hasSize(8);
    assertThat(points.get(7).getDouble("miss_ratio"))
        .isLessThan(points.get(1).getDouble("miss_ratio"));
    done(
        "trace",
        "size",
        keys,
        "--format",
        "be64",
        "--policy",
        "lru",
        "--target-hit",
        "60%",
        "--out",
        out.toString());
    var sizes = objects("out.json");
    int slots = sizes.get(1).getInt("slots");
    assertThat(sizes.get(0).getInt("slots")).as("belady").isLessThan(slots);
    done(
        "trace",
        "replay",
        keys,
        "--format",
        "be64",
        "--policy",
        "lru",
        "--size",
        "" + slots,
        "--out",
        out.toString());
    double reached = objects("out.json").get(1).getDouble("hit_ratio");
    assertThat(reached)
        .isCloseTo(sizes.get(1).getDouble("hit_ratio"), within(1e-9))
        .isGreaterThanOrEqualTo(.6);
  }

  @Test
  void wrongUseIsOneLine() throws IOException {
    String keys = keys(100, 50);
    failed(
        run("trace", "replay", folder.resolve("no").toString()),
        2,
        folder.resolve("no") + ": no such file; name a trace");
    failed(
        run("trace", "replay", keys, "--format", "be64", "--policy", "lfru"),
        2,
        "--policy: lfru is no cache policy here; did you mean lfu? (available: "
            + String.join(", ", policies())
            + ")");
    failed(
        run("trace", "replay", keys, "--format", "be64", "--size", "200"),
        2,
        "--size: 200 is 200 slots, but the trace has " + distinct(keys) + " distinct rows");
    failed(
        run("trace", "replay", keys, "--format", "be64", "--batch", "0"),
        2,
        "--batch: 0 is not a whole number from 1 to 16777216");
    failed(
        run("trace", "size", keys, "--format", "be64", "--target-hit", "2"),
        2,
        "--target-hit: 2 is no share of the lookups; write 95% or 0.95");
    failed(
        run("trace", "mrc", keys, "--format", "be64", "--sample", "0"),
        2,
        "--sample: 0.0 is not a number above 0 to 1");
    failed(
        run("trace", "record", conf),
        2,
        "Missing required option: '--out=FILE' (farsight trace record --help tells more)");
    failed(
        run("trace", "record", conf, "--out", trace, "--set", "data.source=kriteo"),
        2,
        "--set data.source: farsight.data.source: 'kriteo' is not a known data source; did you mean criteo? (available: avazu, criteo, csv, npy, synthetic)");
  }

  private List<String> policies() {
    return done("list")
        .out()
        .lines()
        .filter(line -> line.startsWith("cache policy"))
        .map(line -> line.split(" +", -1)[2])
        .toList();
  }

  @Test
  void sizesThatCannotHoldABatchAreSkippedAndWhatIsSuggestedWorks() {
    done("trace", "record", conf, "--out", trace);
    for (String command : List.of("replay", "mrc")) {
      for (String regions : List.of("1", "3")) {
        String set = "cache.regions=" + regions;
        String[] first = {
          "trace", command, trace, "--policy", "lru", "--set", set, "--size", "4,all"
        };
        if (regions.equals("3")) {
          first[8] = "4,850";
        }
        String out = done(first).out();
        var skipped =
            Pattern.compile(
                    "skipped: 4, 4 slots, cannot hold every batch; the least that can is --size \"(\\d+) rows\"\n")
                .matcher(out);
        assertThat(skipped.find()).as(out).isTrue();
        int least = Integer.parseInt(skipped.group(1));
        first[8] = least + " rows";
        assertThat(done(first).out()).doesNotContain("skipped");
        first[8] = String.valueOf(least - 1);
        failed(
            run(first),
            2,
            "--size: "
                + (least - 1)
                + " cannot hold every batch; the least that can is --size \""
                + least
                + " rows\"");
      }
    }
  }

  private int distinct(String keys) throws IOException {
    Path out = folder.resolve("distinct.json");
    done(
        "trace",
        "replay",
        keys,
        "--format",
        "be64",
        "--policy",
        "lru",
        "--size",
        "all",
        "--out",
        out.toString());
    return objects("distinct.json").get(0).getInt("slots");
  }

  @Test
  void damageIsAFailureAtRunTime() throws IOException {
    done("trace", "record", conf, "--out", trace);
    byte[] whole = Files.readAllBytes(Path.of(trace));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 20));
    var result = run("trace", "replay", cut.toString(), "--policy", "lru");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .matches("farsight: \\Q" + cut + "\\E: byte \\d+: ends within .*: the file is cut off\n");
    assertThat(run("trace", "size", keys(100, 50), "--format", "be64", "--target-hit", "95%"))
        .satisfies(
            none -> {
              assertThat(none.status()).isEqualTo(1);
              assertThat(none.err()).contains("no cache reaches 95%: with every row resident ");
            });
  }
}
