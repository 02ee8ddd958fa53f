package dev.farsight.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.cli.DocumentationPage.Block;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the farsight commands of the documentation, page by page and in order, by bash and the real
 * launcher, in a folder with the files that they name: shipped configurations with fewer rows,
 * small data files, and the run {@code runs/a}.
 */
class DocumentedRunsTest {

  /** What cannot run everywhere, by a part of its line. */
  private static final Map<String, String> LEFT_OUT =
      Map.ofEntries(
          entry("jcuda", "needs a GPU"),
          entry("/fast/rows", "names a disk of the reader's"),
          entry("/data/day_24", "names data of the reader's"),
          entry("FOLDER/", "names data of the reader's"),
          entry("new.csv", "names data of the reader's"),
          entry("elsewhere/", "names runs of the reader's"),
          entry("runs/20260131", "names runs of the reader's"),
          entry("bench/", "takes minutes, and a built checkout"),
          entry("bench --quick", "takes a minute; QuickBenchTest measures each part for a moment"),
          entry("-Xmx8g", "takes minutes and 8 GiB"),
          entry("ablate conf/ablation/quick.conf  ", "CI runs it by itself"),
          entry(
              "farsight serve",
              "serves until it is stopped; ServeTest and FollowedProcessesTest do"),
          entry("crossfm", "CI builds this plugin and trains with it"),
          entry("=sieve", "CI builds this plugin and trains with it"),
          entry("=scratch", "CI builds this plugin and trains with it"),
          entry("clock", "the page makes this plugin; its code is compiled"));

  private static final String RUN_A =
      "./farsight train my.conf --set run.directory=runs/a --set \"checkpoint.every=1000 steps\" --set checkpoint.keep=9";

  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ *((?:[A-Z_]+=\\S+ )*(?:\\./|bin/)?farsight [a-z].*)$");

  private static final Pattern SYNTHETIC_ROWS = Pattern.compile("(?<![\\w.])rows = \\d{5,}");

  /** Few rows and short steps, but steps enough for checkpoints at 1,000 and 2,000. */
  private static final String MY_CONF =
      """
      farsight {
        data { batch-size = 16, synthetic { rows = 37500, cardinalities = [300, 1500] } }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        compute.threads = 1
        report.hash-weights = false
      }
      """;

  /** Where {@code runs/a} is trained, once for all pages. */
  @TempDir private static Path shared;

  @TempDir private Path folder;

  private static Stream<DocumentationPage> all() {
    try {
      return DocumentationPage.all();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<DocumentationPage> pages() {
    return all().filter(page -> !toRun(page).isEmpty());
  }

  private static List<String> commands(DocumentationPage page) {
    var commands = new ArrayList<String>();
    for (Block block : page.blocks()) {
      if (List.of("", "sh", "bash", "console").contains(block.language())) {
        String joined = block.code().replaceAll("\\\\\n *", " ");
        COMMAND.matcher(joined).results().map(match -> match.group(1)).forEach(commands::add);
      }
    }
    return commands;
  }

  @BeforeEach
  void makeFolder() throws IOException {
    makeFolder(folder);
  }

  private static void makeFolder(Path folder) throws IOException {
    Distribution.make(folder);
    Distribution.script(folder.resolve("farsight"), "exec bin/farsight \"$@\"");
    try (var files = Files.walk(Distribution.ROOT.resolve("conf"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(Distribution.ROOT.relativize(file));
        Files.createDirectories(copy.getParent());
        String text = Files.readString(file);
        Files.writeString(copy, SYNTHETIC_ROWS.matcher(text).replaceAll("rows = 12000"));
      }
    }
    Files.writeString(folder.resolve("my.conf"), MY_CONF);
    var random = new Random(1);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("train.txt.gz")))) {
      for (int row = 0; row < 3000; row++) {
        out.write(criteo(random).getBytes(StandardCharsets.UTF_8));
      }
    }
    var avazu =
        new StringBuilder(
            "id,click,hour,C1,banner_pos,site_id,site_domain,site_category,app_id,app_domain,"
                + "app_category,device_id,device_ip,device_model,device_type,device_conn_type,"
                + "C14,C15,C16,C17,C18,C19,C20,C21\n");
    for (int row = 0; row < 3000; row++) {
      avazu.append(row).append(',').append(random.nextInt(2)).append(",14102100");
      IntStream.range(0, 21).forEach(c -> avazu.append(',').append(random.nextInt(99)));
      avazu.append('\n');
    }
    Files.writeString(folder.resolve("train.csv"), avazu);
  }

  private static String criteo(Random random) {
    var row = new StringBuilder().append(random.nextInt(2));
    IntStream.range(0, 13).forEach(i -> row.append('\t').append(random.nextInt(50)));
    IntStream.range(0, 26)
        .forEach(c -> row.append('\t').append(Integer.toHexString(random.nextInt(500))));
    return row.append('\n').toString();
  }

  /** The run that pages refer to: a copy, unless the page has a configuration of its own. */
  private void makeRunA() throws Exception {
    if (Files.readString(folder.resolve("my.conf")).equals(MY_CONF)) {
      Files.createDirectories(folder.resolve("runs"));
      mustRun(folder, "cp -a " + sharedRunA() + " runs/a");
    } else {
      mustRun(folder, RUN_A);
    }
  }

  private static synchronized Path sharedRunA() throws Exception {
    if (!Files.exists(shared.resolve("runs"))) {
      makeFolder(shared);
      mustRun(shared, RUN_A);
    }
    return shared.resolve("runs/a");
  }

  private void succeeds(String command) throws Exception {
    String line =
        command
            .replaceFirst("^((?:[A-Z_]+=\\S+ )*)(?:\\./|bin/)?farsight", "$1./farsight")
            .replace("DIRECTORY", newestRun())
            // Pages run at the same time: each at a port that is free.
            .replaceFirst("--watch(=\\d+)?", "--watch=0")
            .replaceFirst("\\s#.*", "")
            // The quick start, which CI runs by itself, with fewer rows.
            .replaceFirst("farsight train\\s*$", "farsight train --set data.synthetic.rows=12000");
    mustRun(folder, line);
  }

  private static void mustRun(Path folder, String line) throws Exception {
    var result = Distribution.run(folder, List.of("bash", "-c", line));
    assertThat(result.status()).as("%s%n%s%s", line, result.out(), result.err()).isZero();
  }

  /** The name of the last run's directory. */
  private String newestRun() throws IOException {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    try (var directories = Files.list(runs)) {
      return directories
          .map(directory -> directory.getFileName().toString())
          .filter(name -> name.endsWith("-train"))
          .max(Comparator.naturalOrder())
          .orElse("none");
    }
  }

  /** A page that shows the reader's configuration: its commands are about that one. */
  private void useConfigurationOf(DocumentationPage page) throws IOException {
    for (Block block : page.blocks("hocon")) {
      if (block.code().contains("label = bought")) {
        Files.writeString(folder.resolve("my.conf"), block.code());
        var random = new Random(1);
        var clicks = new StringBuilder("bought,price,age,visits,user,shop,genres\n");
        for (int row = 0; row < 6000; row++) {
          clicks.append(
              String.format(
                  Locale.ROOT,
                  "%d,%d,%d,%d,u%d,%d,g%d|g%d\n",
                  random.nextInt(2),
                  random.nextInt(90),
                  random.nextInt(99),
                  random.nextInt(30),
                  random.nextInt(500),
                  random.nextInt(50),
                  random.nextInt(20),
                  random.nextInt(20)));
        }
        Files.writeString(folder.resolve("clicks.csv"), clicks);
        return;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  @Execution(ExecutionMode.CONCURRENT)
  void whatAPageSaysToTypeRuns(DocumentationPage page) throws Exception {
    List<String> commands = toRun(page);
    useConfigurationOf(page);
    if (commands.stream().anyMatch(command -> command.matches(".*runs/a\\b.*"))
        && commands.stream().noneMatch(command -> command.contains("run.directory=runs/a"))) {
      makeRunA();
    }
    for (String command : commands) {
      succeeds(command);
    }
  }

  /** What a page says to type, but for what cannot run everywhere and what ran before. */
  private static List<String> toRun(DocumentationPage page) {
    List<String> before = onEarlierPages(page);
    return commands(page).stream()
        .filter(command -> runs(command) && !before.contains(plain(command)))
        .toList();
  }

  /** Commands of earlier pages that do the same on every page: they need none of its files. */
  private static List<String> onEarlierPages(DocumentationPage page) {
    return all()
        .takeWhile(earlier -> !earlier.equals(page))
        .flatMap(earlier -> commands(earlier).stream())
        .map(DocumentedRunsTest::plain)
        .filter(command -> !command.matches(".*(my\\.conf|runs/|\\.directory).*"))
        .toList();
  }

  /** The command however the page says where the launcher is, and without a remark. */
  private static String plain(String command) {
    return command.replaceFirst("^(?:\\./|bin/)", "").replaceFirst("\\s#.*", "").strip();
  }

  private static boolean runs(String command) {
    for (String part : LEFT_OUT.keySet()) {
      if (command.contains(part)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void whatIsLeftOutIsThere() {
    List<String> all = all().flatMap(page -> commands(page).stream()).toList();
    assertThat(LEFT_OUT.keySet())
        .allSatisfy(part -> assertThat(all).anyMatch(command -> command.contains(part)));
    assertThat(all.stream().filter(DocumentedRunsTest::runs)).hasSizeGreaterThan(20);
  }
}
