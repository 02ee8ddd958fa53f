package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSource;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.build.Specs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "head",
    description = {
      "Prints the first samples as they reach a model: labels, dense values and the rows looked up.",
      "They come in the order of the files, whatever data.shuffle says."
    })
final class DataHeadCommand implements Callable<Integer> {

  private static final int MOST_ROWS = 1000;

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path conf;

  @Option(
      names = "--rows",
      defaultValue = "5",
      paramLabel = "N",
      description = "How many samples; default: ${DEFAULT-VALUE}.")
  private int rows;

  @Option(names = "--eval", description = "Of the evaluation part, not of the training part.")
  private boolean evaluation;

  DataHeadCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (rows < 1 || rows > MOST_ROWS) {
      throw new ConfigException("--rows: " + rows + " is not a number from 1 to " + MOST_ROWS);
    }
    try (Setup setup = arguments.quickstartOr(conf, shell.environment())) {
      var settings = SettingsCheck.of(setup.settings(), setup.components());
      try (DataSource data = Specs.openInOrder(settings, setup.components(), Optional.empty())) {
        new SampleTable(data, shell.environment().columns()).print(shell.out(), evaluation, rows);
      }
      return 0;
    }
  }
}
