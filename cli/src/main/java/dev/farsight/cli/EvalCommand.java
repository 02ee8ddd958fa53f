package dev.farsight.cli;

import dev.farsight.engine.Trainer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "eval",
    description = "Evaluates a model that a run has left: --set model.load=RUN/model.")
final class EvalCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path file;

  EvalCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return Run.begin(shell, "eval", Trainer::openToEvaluate)
        .with(() -> arguments.quickstartOr(file, shell.environment()), Trainer::evaluate);
  }
}
