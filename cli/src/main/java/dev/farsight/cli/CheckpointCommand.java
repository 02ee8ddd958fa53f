package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.checkpoint.CheckpointReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What there is to do with checkpoints beside going on from them. */
@Command(name = "checkpoint", description = "Lists and verifies checkpoints.")
final class CheckpointCommand extends CommandGroup {

  static CommandLine of(Shell shell) {
    return new CommandLine(new CheckpointCommand())
        .addSubcommand(new InfoCommand(shell))
        .addSubcommand(new VerifyCommand(shell));
  }

  @Command(name = "info", description = "Lists the checkpoints in a directory, oldest first.")
  private static final class InfoCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(
        paramLabel = "RUN",
        description = "A run's directory, RUN/checkpoints, or one checkpoint in it.")
    private Path path;

    InfoCommand(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      var table =
          new TextTable(
              "STEP",
              "WHOLE EPOCHS",
              "SAMPLES",
              "SAVED ROWS",
              "SIZE",
              "ROWS ARE IN",
              "DELTAS",
              "CACHE");
      Path checkpoints = new RunFolder(path).checkpoints("to list");
      for (CheckpointReader checkpoint : CheckpointReader.list(checkpoints)) {
        CheckpointReader.Info info = checkpoint.info();
        table.row(
            List.of(
                Amount.count(info.step()),
                Integer.toString(info.epoch()),
                Amount.count(info.samples()),
                Amount.count(info.rows()),
                Amount.bytes(info.bytes()),
                info.store().map(id -> stores(id, info.processes())).orElse("the checkpoint"),
                info.deltas().map(InfoCommand::deltas).orElse("none"),
                info.cache().map(InfoCommand::policyAndSlots).orElse("not saved")
                    + (info.processes() == 1 ? "" : ", process 0 of " + info.processes())));
      }
      table.print(shell.out());
      shell
          .out()
          .println(
              "WHOLE EPOCHS: trained to their end. SAVED ROWS: of the tables, without those never written; a row that several files hold counts several times. DELTAS: for those who follow the run; with a base, which is in their size.");
      return 0;
    }

    private static String stores(String id, int processes) {
      return processes == 1 ? "store " + id : "the stores of " + processes + " processes";
    }

    private static String deltas(CheckpointReader.DeltaInfo deltas) {
      return "%d from step %s, %s"
          .formatted(
              deltas.count(), Amount.count(deltas.sinceStep()), Amount.bytes(deltas.bytes()));
    }

    /** Without the settings that follow. */
    private static String policyAndSlots(String cache) {
      return cache.split(",", 2)[0];
    }
  }

  @Command(
      name = "verify",
      description = "Reads checkpoints in full and tells which can be resumed from.")
  private static final class VerifyCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(
        paramLabel = "RUN",
        description = "A run's directory, RUN/checkpoints, or one checkpoint in it.")
    private Path path;

    VerifyCommand(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      int damaged = 0;
      Path checkpoints = new RunFolder(path).checkpoints("to verify");
      for (CheckpointReader checkpoint : CheckpointReader.list(checkpoints)) {
        try {
          checkpoint.verify();
          shell.out().println(checkpoint.path().getFileName() + ": whole");
        } catch (FarsightException e) {
          damaged++;
          shell.out().println(checkpoint.path().getFileName() + ": " + e.getMessage());
        }
      }
      return damaged == 0 ? 0 : 1;
    }
  }
}
