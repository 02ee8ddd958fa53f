package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes on real terminals: what a person sees there. */
class ProgressOnTerminalTest {

  private static final String CONF =
      """
      farsight {
        data {
          batch-size = 64, eval-fraction = 0.001
          synthetic { rows = ROWS, cardinalities = [500, 4000, 300] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache.size = "250 rows"
        compute.threads = 1
      }
      """;

  /** What is drawn between two texts that are printed. */
  private static final Pattern DRAWN = Pattern.compile("\033\\[\\?7l(.*?)\033\\[\\?7h\033\\[J\r");

  /** A line with everything, on the widest terminal. */
  private static final int LONGEST = 140;

  @TempDir private Path folder;
  private Path launcher;

  @BeforeEach
  void prepare() throws Exception {
    launcher = Distribution.make(folder.resolve("farsight")).launcher();
  }

  private List<String> train(long rows, String... more) throws Exception {
    Path conf = folder.resolve("run.conf");
    Files.writeString(conf, CONF.replace("ROWS", Long.toString(rows)));
    var command =
        new ArrayList<>(
            List.of(
                launcher.toString(),
                "train",
                conf.toString(),
                "--set",
                "run.directory=" + folder.resolve("run")));
    command.addAll(List.of(more));
    return command;
  }

  /**
   * Plays what was printed, on terminals of both kinds.
   *
   * @return the rows at the end
   */
  private static List<String> play(String printed, int columns) {
    List<String> rows = play(printed, new Screen(columns, true));
    assertThat(play(printed, new Screen(columns, false))).hasSameSizeAs(rows);
    return rows;
  }

  /** There is never more than one line of training, nor one that is longer than the terminal. */
  private static List<String> play(String printed, Screen screen) {
    var drawn = DRAWN.matcher(printed);
    int end = 0;
    while (drawn.find()) {
      screen.print(printed.substring(end, drawn.end()));
      end = drawn.end();
      assertThat(screen.rows().stream().filter(row -> row.startsWith("training")).count())
          .isLessThanOrEqualTo(1);
      assertThat(screen.rows().get(screen.rows().size() - 1)).isEqualTo(drawn.group(1).strip());
      assertThat(screen.column()).isZero();
    }
    screen.print(printed.substring(end));
    return screen.rows();
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 200})
  void aRunLeavesWholeLinesAlone(int columns) throws Exception {
    try (var terminal = PseudoTerminal.start(folder, train(20_000), columns, List.of())) {
      assertThat(terminal.status()).isZero();
      List<String> rows = play(terminal.printed(), columns);
      assertThat(rows.get(0)).matches("opening synthetic data(  elapsed .*)?");
      assertThat(rows.get(1)).matches("training 100% \\[=+].*  loss 0\\.\\d{4}.*");
      assertThat(rows.get(1).length()).isBetween(columns == 60 ? 50 : 110, columns - 1);
      assertThat(rows.get(2)).startsWith("saving the model");
      assertThat(rows.get(3)).startsWith("evaluating");
      assertThat(rows.get(4)).startsWith("reporting");
      assertThat(rows.get(5)).startsWith("trained 19,980 samples");
      assertThat(rows.get(rows.size() - 1)).isEmpty();
    }
  }

  @Test
  void aLineFollowsTheWindowAndCtrlCLeavesNothing() throws Exception {
    List<Integer> widths = List.of(80, 200, 61, 120, 70);
    try (var terminal = PseudoTerminal.start(folder, train(1_000_000_000), 100, widths)) {
      terminal.await(printed -> printed.contains("loss"));
      terminal.resize();
      terminal.await(printed -> lastDrawn(printed, 70).equals("training"));
      terminal.controlC();
      assertThat(terminal.status()).isEqualTo(130);
      for (int width : widths) {
        assertThat(lastDrawn(terminal.printed(), width)).isNotEmpty();
      }
      List<String> rows = play(terminal.printed(), 100);
      int stop = rows.indexOf("stopping after this step; Ctrl-C again ends at once");
      assertThat(stop).isPositive();
      assertThat(rows.get(stop + 1)).startsWith("training");
      assertThat(rows).noneMatch(row -> row.contains("^C"));
      assertThat(rows.get(rows.size() - 2)).startsWith("report: ");
    }
  }

  /** The first word of what was drawn last in a window of this width, if it filled the line. */
  private static String lastDrawn(String printed, int width) {
    String word = "";
    int from = printed.indexOf("\033]0;" + width + "\007");
    if (from >= 0) {
      var drawn = DRAWN.matcher(printed.substring(from));
      while (drawn.find()) {
        String text = drawn.group(1);
        if (text.length() < width && text.length() > Math.min(width, LONGEST) - 25) {
          word = text.split(" ", 2)[0];
        }
      }
    }
    return word;
  }

  @Test
  void aFailureIsALineOfItsOwn() throws Exception {
    Path csv = Files.writeString(folder.resolve("x.csv"), "label,a\n1,2\n0,3\n".repeat(40));
    var command =
        train(
            1,
            "--set",
            "data.source=csv",
            "--set",
            "data.path=" + csv,
            "--set",
            "data.csv.categorical=[{column=a,rows=9,kind=integer}]");
    try (var terminal = PseudoTerminal.start(folder, command, 80, List.of())) {
      assertThat(terminal.status()).isNotZero();
      List<String> rows = play(terminal.printed(), 80);
      assertThat(rows.get(0)).startsWith("opening csv data");
      assertThat(rows.stream().filter(row -> row.startsWith("farsight: "))).hasSize(1);
    }
  }
}
