package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.build.SettingsCheck;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "prepare",
    description = {
      "Writes the samples of a configuration as arrays that data.source=npy reads at the speed of memory.",
      "After an interruption, the same command goes on from the last complete part."
    })
final class DataPrepareCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path conf;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write to: empty, or one that this command has begun.")
  private Path folder;

  @Option(
      names = "--part-rows",
      defaultValue = "1048576",
      paramLabel = "N",
      description = "Rows of a part, which has files of its own; default: ${DEFAULT-VALUE}.")
  private long partRows;

  @Option(
      names = "--fitted",
      paramLabel = "FOLDER",
      description = {
        "Prepared data or a model, for newer data that gets the same indices:",
        "means and frequent values are those of its data, and are not found out anew."
      })
  private Path fitted;

  DataPrepareCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (partRows < 1) {
      throw new ConfigException("--part-rows: " + partRows + " is not a number of at least 1");
    }
    PathCheck.folder("--out", folder);
    Optional<Path> given = Optional.ofNullable(fitted).map(FittedArgument::folder);
    try (Setup setup = arguments.quickstartOr(conf, shell.environment())) {
      var settings = SettingsCheck.of(setup.settings(), setup.components());
      new PrepareData(shell, setup.components(), settings, folder)
          .write(partRows, given, Optional.ofNullable(conf));
      return 0;
    }
  }
}
