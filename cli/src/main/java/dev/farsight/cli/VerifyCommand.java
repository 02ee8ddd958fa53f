package dev.farsight.cli;

import dev.farsight.engine.verify.Verdict;
import dev.farsight.engine.verify.Verification;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Proves that the cache changed nothing: repeats steps of a run and compares to the bit.",
      "The replay has all rows resident and in memory, unless --set says otherwise."
    })
final class VerifyCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(paramLabel = "RUN", description = "A run's directory, or that of its checkpoints.")
  private Path run;

  @Option(
      names = "--from",
      paramLabel = "STEP",
      description = "The checkpoint to start from; the last but one if not given.")
  private Long from;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "How many steps to repeat; all that were recorded if not given.")
  private Long steps;

  VerifyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Path checkpoints = new RunFolder(run).checkpoints("to verify");
    try (Setup setup = arguments.defaultsWith(List.of(), shell.environment())) {
      Verdict verdict;
      try (var progress = ProgressDisplay.on(shell)) {
        var verification = new Verification(setup.components(), setup.loaders(), progress);
        shell.interrupt().stopWith(verification::stop, this::tellWhatIsLeft);
        verdict =
            verification.verify(
                checkpoints, optional(from), optional(steps), arguments.overrides());
      } finally {
        shell.interrupt().nothingToStop();
      }
      print(verdict, shell.out());
      return verdict.equal() ? 0 : 1;
    }
  }

  private void tellWhatIsLeft() {
    shell
        .out()
        .printf(
            "ended at once; the run was not changed; delete %s/farsight-verify* if it is left behind%n",
            System.getProperty("java.io.tmpdir"));
  }

  private static OptionalLong optional(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static void print(Verdict verdict, PrintStream out) {
    String stretch =
        "steps " + Amount.count(verdict.firstStep()) + " to " + Amount.count(verdict.lastStep());
    if (verdict.equal()) {
      out.println(
          stretch
              + " are equal to the bit: every loss, and every row that they changed ("
              + Amount.count(verdict.rowsCompared())
              + " rows, compared at "
              + verdict.checkpoints()
              + (verdict.checkpoints() == 1 ? " checkpoint)" : " checkpoints)"));
      return;
    }
    out.println(stretch + " are not equal");
    verdict.lossDifference().ifPresent(difference -> print(difference, out));
    verdict
        .rowDifference()
        .ifPresent(
            difference ->
                out.println(
                    "at the checkpoint of step "
                        + Amount.count(difference.step())
                        + " "
                        + rows(difference.rows())));
  }

  private static void print(Verdict.LossDifference difference, PrintStream out) {
    out.println(
        "step "
            + Amount.count(difference.step())
            + ": the run recorded the loss "
            + difference.recorded()
            + ", the replay gives "
            + difference.replayed());
    out.println(
        difference.cameAgain()
            ? "a replay with the run's own configuration gives the run's loss: the fault came again"
            : "a replay with the run's own configuration gives "
                + difference.again()
                + ": the fault did not come again");
    out.println("between the two replays, before the step " + rows(difference.before()));
    out.println("between the two replays, after the step " + rows(difference.after()));
  }

  /** Such as {@code 12 rows differ: C1 row 3, C1 row 8, ...}. */
  private static String rows(Verdict.Rows rows) {
    if (rows.count() == 0) {
      return "no row differs";
    }
    String names = String.join(", ", rows.names());
    return Amount.count(rows.count())
        + (rows.count() == 1 ? " row differs: " : " rows differ: ")
        + names
        + (rows.count() > rows.names().size() ? ", ..." : "");
  }
}
