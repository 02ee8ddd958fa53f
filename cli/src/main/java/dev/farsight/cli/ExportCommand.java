package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "export", description = "Writes trained weights as files that Python reads.")
final class ExportCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "RUN (its model or, if it has none, its last checkpoint), RUN/model, RUN/checkpoints (the last one), or one checkpoint in it.")
  private Path source;

  @Parameters(index = "1", paramLabel = "OUT", description = "Folder to make.")
  private Path target;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "npy",
      description =
          "One of those that farsight list shows: npy, onnx, parquet, or a plugin's; npy if not given.")
  private String format;

  @Option(
      names = "--changed-since",
      paramLabel = "SOURCE",
      description = "Leave out rows that are the same in this earlier model or checkpoint.")
  private Path since;

  @Option(
      names = "--all-rows",
      description =
          "Every row of every table: those never written too, with their initial values. Without it they are left out, but they are not zero.")
  private boolean allRows;

  ExportCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    arguments.refuse("run.directory", "the folder to write is the argument OUT");
    arguments.refuse("model.load", "what is exported is the argument SOURCE");
    if (allRows && since != null) {
      throw new ConfigException("--all-rows: is not possible together with --changed-since");
    }
    PathCheck.newFolder("OUT", target);
    try (Setup setup = arguments.defaultsWith(List.of(), shell.environment())) {
      shell
          .interrupt()
          .endWith(() -> LeftBehind.unfinishedFolder(target).print("ended at once", shell.out()));
      long rows = export(setup);
      shell
          .out()
          .println((allRows ? "all " : "") + Amount.count(rows) + " rows exported to " + target);
      if (!allRows) {
        shell.out().println(leftOut());
      }
      return 0;
    } finally {
      shell.interrupt().nothingToStop();
    }
  }

  private long export(Setup setup) {
    ExportFormat chosen = format(setup.components());
    Path from = new RunFolder(source).modelOrCheckpoints();
    try (var progress = ProgressDisplay.onTerminalAlone(shell)) {
      var export = new Export(setup.farsight(), setup.components(), progress);
      return allRows
          ? export.writeAllRows(from, target, chosen)
          : export.write(
              from,
              Optional.ofNullable(since).map(path -> new RunFolder(path).modelOrCheckpoints()),
              target,
              chosen);
    }
  }

  private String leftOut() {
    return since == null
        ? "rows never written are left out: they are not zero, but as initialised (--all-rows writes them)"
        : "rows left out are as they are in "
            + since
            + ", or initial again if they are among the removed ones";
  }

  private ExportFormat format(Components components) {
    ExportFormat chosen = components.exportFormats().get(format);
    if (chosen == null) {
      throw new ConfigException(
          "--format: "
              + Quoted.of(format)
              + " is none of "
              + String.join(", ", components.exportFormats().keySet())
              + Nearest.question(format, components.exportFormats().keySet()));
    }
    return chosen;
  }
}
