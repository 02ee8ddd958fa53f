package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class HelpTest {

  private record Result(int status, String out, String err) {}

  private static Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var environment = new Environment(Optional.empty(), 0);
    int status;
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private static CommandLine tree(int columns) {
    var environment = new Environment(Optional.empty(), columns);
    return Commands.of(
        new Shell(environment, new Interrupt(), null, System.out, StatusLine.none()));
  }

  private static List<CommandLine> all(CommandLine line) {
    List<CommandLine> all = new ArrayList<>(List.of(line));
    line.getSubcommands().values().forEach(below -> all.addAll(all(below)));
    return all;
  }

  /** Every word of the descriptions, and every option, is on some line as a whole. */
  @ParameterizedTest
  @ValueSource(ints = {60, 80, 120})
  void noPageIsWiderThanTheTerminalOrBreaksAWord(int columns) {
    List<CommandLine> commands = all(tree(columns));
    assertThat(commands).hasSizeGreaterThan(20);
    for (CommandLine command : commands) {
      String page = command.getUsageMessage();
      assertThat(page.lines()).as(page).allMatch(line -> line.length() <= columns);
      assertThat(page.split("\\s+")).contains(words(command.getCommandSpec()));
    }
  }

  private static String[] words(CommandSpec spec) {
    List<String> words = new ArrayList<>();
    List<String> texts = new ArrayList<>(List.of(spec.usageMessage().description()));
    spec.args().forEach(arg -> texts.addAll(List.of(arg.description())));
    texts.forEach(text -> words.addAll(Arrays.asList(text.replace("%%", "%").split(" "))));
    spec.subcommands().keySet().forEach(words::add);
    return words.toArray(String[]::new);
  }

  @Test
  void everyOptionIsListedWithItsNames() {
    for (CommandLine command : all(tree(80))) {
      String page = command.getUsageMessage();
      for (var option : command.getCommandSpec().options()) {
        assertThat(page).contains("\n  " + String.join(", ", option.names()));
      }
      for (var argument : command.getCommandSpec().positionalParameters()) {
        assertThat(page).contains("\n  " + argument.paramLabel() + "  ");
      }
    }
  }

  @Test
  void descriptionsAreSentences() {
    for (CommandLine command : all(tree(80))) {
      var spec = command.getCommandSpec();
      List<String> texts = new ArrayList<>(List.of(spec.usageMessage().description()));
      spec.args().forEach(arg -> texts.add(String.join(" ", arg.description())));
      assertThat(texts).allSatisfy(text -> assertThat(text).matches("(?s)[A-Za-z./].*[.]"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "help, --help",
    "help train, train --help",
    "help trace replay, trace replay --help",
    "-h, help",
    "help data, data -h"
  })
  void helpCanBeAskedForInTwoWays(String one, String other) {
    var first = run(one.split(" "));
    assertThat(first).isEqualTo(run(other.split(" ")));
    assertThat(first.out()).startsWith("Usage: farsight");
    assertThat(first.err()).isEmpty();
    assertThat(first.status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "help trian, farsight: unknown command trian; did you mean train? (farsight --help tells more)",
    "help trace replya, farsight: unknown command replya; did you mean replay? (farsight trace --help tells more)",
    "help train me, farsight: one argument too many: me (farsight train --help tells more)"
  })
  void helpOfWhatIsNotThereIsRefused(String words, String message) {
    var result = run(words.split(" "));
    assertThat(result).isEqualTo(new Result(2, "", message + "\n"));
  }

  @Test
  void theVersionIsPrintedInTwoWays() {
    assertThat(run("--version")).isEqualTo(run("version")).isEqualTo(run("-V"));
    assertThat(run("--version").out()).matches("farsight \\S+ \\(commit \\S+\\) on Java .*\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "trace", "data", "checkpoint"})
  void aGroupByItselfShowsItsUsageAndIsWrongUse(String group) {
    String[] args = group.isEmpty() ? new String[0] : new String[] {group};
    var result = run(args);
    assertThat(result.err()).isEqualTo(run(("help " + group).strip().split(" ")).out());
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(2);
  }
}
