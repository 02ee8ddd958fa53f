package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is printed for wrong inputs, word by word: {@code wrong-inputs.txt} lists commands and what
 * they print. Each message says what is wrong, where, and what to do. To review what a change makes
 * of them, run with {@code -Dfarsight.wrong-inputs=FILE}, which writes the list as it is now.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongInputsTest {

  private static final String LIST = "wrong-inputs.txt";
  private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|[^\\s\"']+");

  @TempDir private static Path folder;

  /**
   * An entry of the list.
   *
   * @param title what is wrong
   * @param command without {@code farsight}; {@code $D} is the folder of inputs
   * @param status the exit status
   * @param printed on standard error
   */
  private record Case(String title, String command, int status, String printed) {

    @Override
    public String toString() {
      return title;
    }

    String entry() {
      return "== %s%n$ farsight %s%n-> %d%n%s".formatted(title, command, status, printed);
    }
  }

  private static Stream<Case> cases() throws IOException {
    String list;
    try (var in = WrongInputsTest.class.getResourceAsStream(LIST)) {
      list = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return Arrays.stream(list.split("(?m)^== ", -1))
        .skip(1)
        .map(
            entry -> {
              String[] lines = entry.split("\n", 4);
              return new Case(
                  lines[0],
                  lines[1].substring("$ farsight ".length()),
                  Integer.parseInt(lines[2].substring(3)),
                  lines[3].stripTrailing() + "\n");
            });
  }

  @BeforeAll
  void makeInputs() throws IOException {
    WrongInputs.make(folder);
    assertThat(
            print(
                    "train $D/tiny.conf --set run.directory=$D/trained --set checkpoint.every='20 steps'")
                .status())
        .isZero();
    assertThat(print("data prepare $D/csv.conf --out $D/prepared").status()).isZero();
    runWhoseDataIsGone();
    assertThat(print("export $D/trained/model $D/exported --format parquet").status()).isZero();
    assertThat(print("data stats $D/tiny.conf --out $D/counted").status()).isZero();
    Path damaged = Files.createDirectories(folder.resolve("damaged"));
    try (var files = Files.list(folder.resolve("trained/model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, damaged.resolve(file.getFileName()));
      }
    }
    Path model = damaged.resolve("model.json");
    Files.writeString(model, Files.readString(model).replaceFirst("\\d", "9"));
  }

  private void runWhoseDataIsGone() throws IOException {
    Path data = Files.copy(folder.resolve("good.csv"), folder.resolve("before.csv"));
    assertThat(
            print(
                    "train $D/csv.conf --set data.path=$D/before.csv --set run.directory=$D/moved --set checkpoint.every='5 steps'")
                .status())
        .isZero();
    Files.delete(data);
  }

  private static Case print(String command) {
    var word = WORD.matcher(command.replaceAll("(\\S+)='([^']*)'", "\"$1=$2\""));
    var args = new ArrayList<String>();
    while (word.find()) {
      args.add(word.group().replaceAll("^[\"']|[\"']$", "").replace("$D", folder.toString()));
    }
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      var environment = new Environment(Optional.of(folder), 0);
      status =
          Main.run(environment, new Interrupt(), outStream, errStream, args.toArray(String[]::new));
    }
    String printed = err.toString(StandardCharsets.UTF_8).replace(folder.toString(), "$D");
    printed = printed.replace("'" + System.getenv("HOME") + "'", "'$HOME'");
    return new Case("", command, status, printed);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isToldInALine(Case wrong) {
    Case now = print(wrong.command());
    assertThat(now.printed()).isEqualTo(wrong.printed());
    assertThat(now.status()).isEqualTo(wrong.status());
  }

  @Test
  void thereAreSixtyAndEachIsOneLine() throws IOException {
    List<Case> all = cases().toList();
    assertThat(all).hasSizeGreaterThanOrEqualTo(60);
    assertThat(all).extracting(Case::title).doesNotHaveDuplicates();
    assertThat(all)
        .allSatisfy(
            wrong -> {
              assertThat(wrong.status()).as(wrong.title()).isPositive();
              assertThat(wrong.printed())
                  .as(wrong.title())
                  .matches("farsight: .*\n")
                  .doesNotContain("internal error");
            });
  }

  @Test
  void writesTheListAsItIs() throws IOException {
    String file = System.getProperty("farsight.wrong-inputs");
    if (file != null) {
      var entries = new ArrayList<String>();
      for (Case wrong : cases().toList()) {
        Case now = print(wrong.command());
        entries.add(new Case(wrong.title(), wrong.command(), now.status(), now.printed()).entry());
      }
      Files.writeString(Path.of(file), String.join("\n", entries));
    }
  }
}
