package dev.farsight.cli;

import dev.farsight.engine.Trainer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "train", description = "Trains a model, evaluates it and leaves a report.")
final class TrainCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Option(
      names = "--resume",
      description = "Go on from the last checkpoint of the run in run.directory.")
  private boolean resume;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path file;

  TrainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Run run = resume ? Run.again(shell, "train") : Run.begin(shell, "train", Trainer::open);
    return run.with(() -> arguments.quickstartOr(file, shell.environment()), Trainer::train);
  }
}
