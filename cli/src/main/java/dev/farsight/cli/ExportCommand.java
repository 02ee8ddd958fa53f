package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.export.ExportFormat;
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
      description = "RUN/model, RUN/checkpoints (the last one), or one checkpoint in it.")
  private Path source;

  @Parameters(index = "1", paramLabel = "OUT", description = "Folder to make.")
  private Path target;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "npy",
      description =
          "One of those that farsight list shows: npy, parquet, or a plugin's; npy if not given.")
  private String format;

  @Option(
      names = "--changed-since",
      paramLabel = "SOURCE",
      description = "Leave out rows that are the same in this earlier model or checkpoint.")
  private Path since;

  ExportCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    arguments.refuse("run.directory", "the folder to write is the argument OUT");
    arguments.refuse("model.load", "what is exported is the argument SOURCE");
    PathCheck.newFolder("OUT", target);
    try (Setup setup = arguments.defaultsWith(List.of(), shell.environment())) {
      ExportFormat chosen = format(setup.components());
      long rows =
          new Export(setup.farsight(), setup.components())
              .write(source, Optional.ofNullable(since), target, chosen);
      shell.out().println(Amount.count(rows) + " rows exported to " + target);
      return 0;
    }
  }

  private ExportFormat format(Components components) {
    ExportFormat chosen = components.exportFormats().get(format);
    if (chosen == null) {
      throw new ConfigException(
          "--format: "
              + Quoted.of(format)
              + " is none of "
              + String.join(", ", components.exportFormats().keySet()));
    }
    return chosen;
  }
}
